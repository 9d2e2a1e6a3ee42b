"""What a browser may ask for, method by method, answered with mod_verto's own texts and codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from fsbridge.embedded.bridging import join
from fsbridge.embedded.causes import CAUSES, cause_named, cause_number
from fsbridge.embedded.leg import Leg
from fsbridge.embedded.vertosdp import acceptable

if TYPE_CHECKING:
    from fsbridge.embedded.verto import Verto
    from fsbridge.embedded.vertocall import VertoCall
    from fsbridge.embedded.vertosession import VertoSession

Params = Mapping[str, Any]
Run = Callable[["Verto", "VertoSession", Params | None], dict[str, Any]]

SESSION_ERROR = -32002
NO_CALL = "CALL DOES NOT EXIST"
AFTER_TRANSFER = 2.0
"""Seconds a consulted leg is parked before it is hung up."""


class Refusal(Exception):
    """Why a request is not done; `error` is what the browser is told."""

    def __init__(self, code: int, message: str, **about: Any) -> None:
        super().__init__(message)
        self.error = {**about, "message": message, "code": code}


def text(fields: Params, name: str) -> str:
    """A field that is a text; empty if it is none.

    >>> text({"a": "b", "c": 1}, "a"), text({"a": "b", "c": 1}, "c")
    ('b', '')
    """
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _refuse(message: str, **about: Any) -> Refusal:
    return Refusal(SESSION_ERROR, message, **about)


def _dialog(params: Params | None) -> Params:
    if params is None:
        raise _refuse("Params data missing")
    dialog = params.get("dialogParams")
    if not isinstance(dialog, dict):
        raise _refuse("Dialog data missing")
    if not isinstance(dialog.get("callID"), str):
        raise _refuse("CallID missing")
    return dialog


def _given(params: Params, name: str) -> str:
    if not isinstance(params.get(name), str):
        raise _refuse(f"{name.upper() if name == 'sdp' else name} missing")
    return str(params[name])


def _call(verto: Verto, uuid: str, **about: Any) -> VertoCall:
    call = verto.calls.get(uuid)
    if call is None or call.leg.ended:
        raise _refuse(NO_CALL, **about)
    return call


def _login(verto: Verto, session: VertoSession, params: Params | None) -> dict[str, Any]:
    return {"message": "logged in"}


def _echo(verto: Verto, session: VertoSession, params: Params | None) -> dict[str, Any]:
    if params is None:
        raise _refuse("Params data missing")
    return dict(params)


def _ping(verto: Verto, session: VertoSession, params: Params | None) -> dict[str, Any]:
    return {"message": "PONG"}


def _invite(verto: Verto, session: VertoSession, params: Params | None) -> dict[str, Any]:
    cause = "INVALID_MSG_UNSPECIFIED"
    try:
        dialog = _dialog(params)
        sdp = _given(params or {}, "sdp")
        uuid = str(dialog["callID"])
        if uuid in verto.core.legs:
            cause = "DESTINATION_OUT_OF_ORDER"
            raise _refuse("Cannot create channel")
    except Refusal:
        raise _refuse("CALL ERROR", causeCode=cause_number(cause), cause=cause) from None
    verto.inbound(session, uuid, text(dialog, "destination_number") or "service", dialog, sdp)
    return {"message": "CALL CREATED", "callID": uuid}


def _answer(verto: Verto, session: VertoSession, params: Params | None) -> dict[str, Any]:
    uuid = str(_dialog(params)["callID"])
    sdp = _given(params or {}, "sdp")
    call = _call(verto, uuid)
    call.leg.variables["verto_client_address"] = session.address
    if not acceptable(sdp):
        call.leg.variables["endpoint_disposition"] = "CODEC NEGOTIATION ERROR"
        raise _refuse("CODEC ERROR")
    call.leg.answers()
    return {}


def _bye(verto: Verto, session: VertoSession, params: Params | None) -> dict[str, Any]:
    uuid = str(_dialog(params)["callID"])
    cause = _cause(params or {})
    call = _call(verto, uuid, callID=uuid)
    verto.core.soon(lambda: call.bye(cause))
    return {"callID": uuid, "message": "CALL ENDED", "causeCode": cause_number(cause), "cause": cause}


def _cause(params: Params) -> str:
    if text(params, "cause") in CAUSES:
        return text(params, "cause")
    code = params.get("causeCode")
    if isinstance(code, str):
        code = int(code) if code.isascii() and code.isdigit() and len(code) < 6 else 0
    named = cause_named(code) if isinstance(code, int) else ""
    return named or "NORMAL_CLEARING"


def _info(verto: Verto, session: VertoSession, params: Params | None) -> dict[str, Any]:
    if params is None:
        raise _refuse("Params data missing")
    result: dict[str, Any] = {}
    dialog = params.get("dialogParams")
    call = verto.calls.get(text(dialog, "callID")) if isinstance(dialog, dict) else None
    if call is not None and isinstance(params.get("dtmf"), str):
        for key in params["dtmf"]:
            if key in "0123456789*#ABCD":
                verto.core.soon(partial(call.leg.pressed, key))
        result["message"] = "SENT"
    return result


def _attach(verto: Verto, session: VertoSession, params: Params | None) -> dict[str, Any]:
    if params is None:
        raise _refuse("Params data missing")
    if not isinstance(params.get("dialogParams"), dict):
        raise _refuse("Dialog data missing")
    sdp = _given(params, "sdp")
    call = _call(verto, str(_dialog(params)["callID"]))
    if not call.leg.answered:
        call.leg.hangup("DESTINATION_OUT_OF_ORDER")
        raise _refuse("Cannot attach to a call that has not been answered.")
    if not acceptable(sdp):
        call.leg.hangup("BEARERCAPABILITY_NOTAVAIL")
        raise _refuse("CODEC NEGOTIATION ERROR")
    call.display_again()
    return {}


def _modify(verto: Verto, session: VertoSession, params: Params | None) -> dict[str, Any]:
    uuid = str(_dialog(params)["callID"])
    action = _given(params or {}, "action")
    about = {"callID": uuid, "action": action}
    leg = _call(verto, uuid, **about).leg
    run = _ACTIONS.get(action.lower())
    try:
        more = run(verto, leg, params or {}) if run is not None else {}
    except Refusal as refusal:
        refusal.error = {**about, **refusal.error}
        raise
    return {**about, **more, "holdState": _held(leg)}


def _held(leg: Leg) -> str:
    return "held" if leg.held else "active"


def _transfer(verto: Verto, leg: Leg, params: Params) -> dict[str, Any]:
    destination = _given(params, "destination")
    if leg.bridge is None:
        raise _refuse("call is not bridged")
    other = leg.bridge.partner(leg.uuid)
    leg.variables["transfer_disposition"] = "recv_replace"
    number, dialplan, context = [*destination.split(" "), "", ""][:3]
    verto.core.soon(lambda: other.transfer(number, dialplan, context))
    return {"message": "CALL TRANSFERRED"}


def _replace(verto: Verto, leg: Leg, params: Params) -> dict[str, Any]:
    """Whom the browser talks with here and in the other call, the two are joined without it."""
    replaced = _given(params, "replaceCallID")
    call = verto.calls.get(replaced)
    if call is None or call.leg.ended:
        raise _refuse("invalid transfer leg")
    other = call.leg
    here = leg.bridge.partner(leg.uuid) if leg.bridge is not None else None
    there = other.bridge.partner(other.uuid) if other.bridge is not None else None
    leg.variables.update(transfer_disposition="recv_replace", refer_uuid=other.uuid)
    other.variables["transfer_disposition"] = "replaced"
    if here is not None and there is not None:
        verto.core.soon(lambda: join(here, there))
        verto.core.clock.later(AFTER_TRANSFER, lambda: other.hangup("ATTENDED_TRANSFER"))
    elif here is not None or there is not None:
        left, alone = (here, other) if here is not None else (there, leg)
        assert left is not None
        verto.core.soon(lambda: left.transfer(alone.profile.number))
        if alone is leg:
            other.hangup("ATTENDED_TRANSFER")
        alone.hangup("ATTENDED_TRANSFER")
    else:
        raise _refuse("transfer failed", holdState=_held(leg))
    return {}


def _update_media(verto: Verto, leg: Leg, params: Params) -> dict[str, Any]:
    if not leg.answered:
        leg.hangup("DESTINATION_OUT_OF_ORDER")
        raise _refuse("Cannot update a call that has not been answered.")
    sdp = _given(params, "sdp")
    if not acceptable(sdp):
        raise _refuse("CODEC NEGOTIATION ERROR")
    return {"sdp": verto.sdp.answer(sdp)}


def _hold(wanted: Callable[[Leg], bool]) -> Callable[[Verto, Leg, Params], dict[str, Any]]:
    def run(verto: Verto, leg: Leg, params: Params) -> dict[str, Any]:
        leg.holds(wanted(leg))
        return {}

    return run


_ACTIONS: Mapping[str, Callable[[Verto, Leg, Params], dict[str, Any]]] = {
    "transfer": _transfer,
    "replace": _replace,
    "updatemedia": _update_media,
    "hold": _hold(lambda leg: True),
    "unhold": _hold(lambda leg: False),
    "togglehold": _hold(lambda leg: not leg.held),
}
RUN: Mapping[str, Run] = {
    "login": _login,
    "echo": _echo,
    "verto.ping": _ping,
    "verto.invite": _invite,
    "verto.answer": _answer,
    "verto.bye": _bye,
    "verto.info": _info,
    "verto.attach": _attach,
    "verto.modify": _modify,
}
"""The methods, by name; who may use which, the profile says."""
