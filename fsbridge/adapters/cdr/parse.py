"""From the JSON of mod_json_cdr to what the record says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NoReturn
from urllib.parse import unquote

from fsbridge.domain.records import OUTCOME, LegRecord, Step, held, micro, visits_in
from fsbridge.errors import FsbridgeError

LARGEST = 1 << 20
"""Bytes of a record; real ones have some ten thousand."""

_UUID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,63}\Z")
_LONGEST = 200
"""Characters kept of what a caller may choose: numbers are indexed."""
_TELLING = ("callcenter", "eavesdrop", "bridge")
"""Applications that say something about the past."""


class BadRecord(FsbridgeError):
    """What was given is no call detail record; the text says why."""


def parse(body: bytes) -> LegRecord:
    """What a record says; `BadRecord` if it is none.

    Values may be percent-encoded or not (``encode-values``); bytes that are no UTF-8 become question marks.

    >>> parse(b'{"variables": {}}')
    Traceback (most recent call last):
    fsbridge.adapters.cdr.parse.BadRecord: a call record without variables.uuid
    """
    if len(body) > LARGEST:
        raise BadRecord(f"a call record of {len(body)} bytes; the largest taken has {LARGEST}")
    try:
        table = json.loads(body.decode("utf-8", "replace"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadRecord(f"a call record that is no JSON: {error}") from None
    encoded = _texts(_table(table, "variables"))
    values = {name: _plain(unquote(value, errors="replace")) for name, value in encoded}
    uuid = values.get("uuid", "")
    if not uuid:
        raise BadRecord("a call record without variables.uuid")
    if not _UUID.match(uuid):
        raise BadRecord(f"a call record whose uuid is {uuid[:80]!r}")
    started, ended = micro(values.get("start_uepoch")), micro(values.get("end_uepoch"))
    if started is None or ended is None:
        raise BadRecord(f"call record {uuid}: start_uepoch or end_uepoch is no time")
    profiles = [dict(_texts(profile)) for profile in _profiles(table)]
    first = profiles[-1] if profiles else {}
    inbound = (dict(_texts(_table(table, "channel_data"))).get("direction") or values.get("direction")) != (
        "outbound"
    )
    steps = tuple(_steps(table))
    spied = next((step.data for step in steps if step.app == "eavesdrop" and _UUID.match(step.data)), "")
    return LegRecord(
        uuid=uuid,
        started_at=started,
        ended_at=max(started, ended),
        parent=_parent(values, table, inbound=inbound, spied=spied),
        inbound=inbound,
        context=first.get("context", ""),
        number=first.get("caller_id_number", "")[:_LONGEST],
        name=first.get("caller_id_name", "")[:_LONGEST],
        dialled=_dialled(values, first, inbound=inbound)[:_LONGEST],
        answered_at=micro(values.get("answer_uepoch")),
        bridged_at=micro(values.get("bridge_uepoch")),
        bridged_to=values.get("last_bridge_to", ""),
        cause=values.get("hangup_cause", ""),
        released=_released(values),
        side=values.get("cc_side", "") if values.get("cc_side") in ("member", "agent") else "",
        operator=_operator(values),
        colleague="dialed_user" in values,
        spied=spied,
        visits=visits_in(values),
        steps=tuple(
            step
            for step, before in zip(steps, ("", *(one.app for one in steps)), strict=False)
            if step.app in _TELLING or before == "callcenter"  # whose beginning is the queue visit's end
        ),
        hold=held(values["hold_events"]) if "hold_events" in values else _hold(values),
        outcome=values.get(OUTCOME, "").replace("-", " "),
        fallback=values.get("fsbridge_fallback", ""),
        flow=values.get("fsbridge_flow", ""),
        recording=_recording(values.get("cc_record_filename", "")),
    )


def _dialled(values: Mapping[str, str], first: Mapping[str, str], *, inbound: bool) -> str:
    """The number that was called: the operator's own leg, called first, says whom it is for."""
    return ("" if inbound else values.get("fsbridge_dialled", "")) or first.get("destination_number", "")


def _parent(values: Mapping[str, str], table: object, *, inbound: bool, spied: str) -> str:
    """The leg this one belongs to: what it listens to, its caller in the queue, whom it spoke with last."""
    if spied:
        return spied
    placed = values.get("verto_svar_fsbridge") == "outgoing"  # the operator's own leg, with which it began
    if inbound or placed or values.get("cc_side") == "member":
        return ""
    caller = values.get("cc_member_session_uuid", "") if values.get("cc_side") == "agent" else ""
    maker = next(iter(_makers(table)), "")
    found = caller or values.get("fsbridge_call", "") or (maker and (values.get("last_bridge_to") or maker))
    return found if _UUID.match(found) and found != values["uuid"] else ""


def _makers(table: object) -> Iterator[str]:
    """The legs for whose sake this one was made, the latest first."""
    for profile in _profiles(table):
        origin = profile.get("originator")
        rows = origin.get("originator_caller_profiles") if isinstance(origin, dict) else None
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and isinstance(row.get("uuid"), str):
                yield row["uuid"]


def _operator(values: Mapping[str, str]) -> str:
    """Whose leg it is: the queue's agent, or the one who logged in or was dialled by name."""
    if values.get("cc_side") == "member":
        return ""
    names = (values.get(name, "") for name in ("cc_agent", "fsbridge_operator", "verto_user", "dialed_user"))
    found = next((name for name in names if name), "")
    return found if "cc_agent" in values else found.partition("@")[0]


def _recording(path: str) -> str:
    """A recording's path in the folder of recordings; empty for one that lies elsewhere."""
    _, _, name = path.rpartition("/recordings/")
    return name if name != path and ".." not in name.split("/") else ""


def _released(values: Mapping[str, str]) -> str:
    """Who ended the leg: ``far`` for the one at its other end, ``near`` for this side, or empty."""
    word = values.get("sip_hangup_disposition") or values.get("verto_hangup_disposition") or ""
    return {"recv": "far", "send": "near"}.get(word.partition("_")[0], "")


def _hold(values: Mapping[str, str]) -> timedelta:
    text = values.get("hold_accum_usec", "")
    return timedelta(microseconds=int(text) if re.fullmatch(r"[0-9]{1,15}", text) else 0)


def _steps(table: object) -> Iterator[Step]:
    rows = _table(table, "app_log").get("applications")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            texts = dict(_texts(row))
            at = micro(texts.get("app_stamp"))
            if at is not None:
                yield Step(texts.get("app_name", ""), texts.get("app_data", ""), at)


def _profiles(table: object) -> list[dict[str, Any]]:
    """The leg's profiles, the newest first."""
    rows = table.get("callflow") if isinstance(table, dict) else None
    if not isinstance(rows, list):
        return []
    return [found for row in rows if isinstance(row, dict) and (found := _table(row, "caller_profile"))]


def _table(table: object, key: str) -> dict[str, Any]:
    found = table.get(key) if isinstance(table, dict) else None
    return found if isinstance(found, dict) else {}


def _texts(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield name, _plain(value)


def _plain(text: str) -> str:
    """A text that both databases take: no NUL, no half characters, not endless."""
    return text.replace("\0", "")[:100_000].encode("utf-8", "replace").decode("utf-8")


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON number")
