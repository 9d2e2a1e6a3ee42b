"""The API commands about legs: ``originate`` and ``uuid_…``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from fsbridge.embedded.arguments import atoi, tokens
from fsbridge.embedded.bridging import join
from fsbridge.embedded.dialling import Dialling
from fsbridge.embedded.headers import leg_headers
from fsbridge.embedded.leg import Leg
from fsbridge.esl.encode import encode_headers

if TYPE_CHECKING:
    from fsbridge.embedded.api import Answer, Command
    from fsbridge.embedded.switch import Switch

OK = "+OK\n"
NO_CHANNEL = "-ERR No such channel!\n"
NO_SESSION = "-ERR Cannot locate session!\n"
_ORIGINATE = (
    "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] "
    "[<cid_name>] [<cid_num>] [<timeout_sec>]\n"
)
_USAGE = {
    "uuid_kill": "<uuid> [cause]",
    "uuid_transfer": "<uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]",
    "uuid_getvar": "<uuid> <var>",
    "uuid_setvar": "<uuid> <var> [value]",
    "uuid_setvar_multi": "<uuid> <var>=<value>;<var>=<value>...",
    "uuid_dump": "<uuid> [format]",
    "uuid_break": "<uuid> [all]",
    "uuid_bridge": "<uuid> <other_uuid>",
    "uuid_hold": "[off|toggle] <uuid> [<display>]",
    "uuid_park": "<uuid>",
    "uuid_send_dtmf": "<uuid> <dtmf_data>",
    "uuid_recv_dtmf": "<uuid> <dtmf_data>",
    "uuid_record": "<uuid> [start|stop|mask|unmask] <path> [<limit>]",
    "sched_hangup": "[+]<time> <uuid> [<cause>]",
}


def leg_commands(switch: Switch) -> dict[str, Command]:
    """The commands, by name."""
    core = switch.core

    def about(
        name: str, words: int, run: Callable[[Leg, list[str]], str], missing: str = NO_CHANNEL
    ) -> Command:
        """A command whose first word is a leg's uuid, and that wants so many words."""

        def command(argument: str, answer: Answer) -> None:
            given = tokens(argument)
            if len(given) < words:
                answer(f"-USAGE: {_USAGE[name]}\n")
                return
            leg = core.find(given[0])
            answer(missing if leg is None else run(leg, given[1:]))

        return command

    def originate(argument: str, answer: Answer) -> None:
        given = [None if word == "undef" else word for word in _words(argument)]
        if not 2 <= len(given) <= 7:
            answer(_ORIGINATE)
            return
        padded = given + [None] * (7 - len(given))
        call, exten, dialplan, context, name, number, timeout = padded
        variables = {}
        if name:
            variables["origination_caller_id_name"] = name
        if number:
            variables["origination_caller_id_number"] = number

        def done(leg: Leg | None, cause: str) -> None:
            if leg is None:
                answer(f"-ERR {cause}\n")
                return
            _then(leg, exten or "", dialplan or "XML", context or "default")
            answer(f"+OK {leg.uuid}\n")

        Dialling(switch, call or "", done, variables=variables, timeout=atoi(timeout, 60)).start()

    def exists(argument: str, answer: Answer) -> None:
        answer("true" if core.find(argument.strip()) is not None else "false")

    def bridge(argument: str, answer: Answer) -> None:
        given = tokens(argument)
        if len(given) < 2:
            answer(f"-USAGE: {_USAGE['uuid_bridge']}\n")
            return
        a, b = core.find(given[0]), core.find(given[1])
        if a is None or b is None or a is b:
            answer("-ERR Invalid uuid\n")
            return
        join(a, b)
        answer(f"+OK {b.uuid}\n")

    def hold(argument: str, answer: Answer) -> None:
        given = tokens(argument)
        how = given.pop(0) if given and given[0] in ("off", "toggle") else "on"
        if not given:
            answer(f"-USAGE: {_USAGE['uuid_hold']}\n")
            return
        leg = core.find(given[0])
        if leg is not None:
            leg.hold(not leg.held if how == "toggle" else how == "on")
        answer("+OK Success\n")  # FreeSWITCH says so about a leg it does not know, too

    def hang_up_all(argument: str, answer: Answer) -> None:
        given = tokens(argument)
        cause = given[0] if given else "MANAGER_REQUEST"
        for leg in list(core.legs.values()):
            if len(given) < 3 or leg.variables.get(given[1]) == given[2]:
                leg.hangup(cause)
        if len(given) < 3:
            answer(f"+OK hangup all channels with cause {cause}\n")
        else:
            answer(f"+OK hangup all channels matching [{given[1]}]=[{given[2]}] with cause: {cause}\n")

    def sched_hangup(argument: str, answer: Answer) -> None:
        given = tokens(argument)
        if len(given) < 2:
            answer(f"-USAGE: {_USAGE['sched_hangup']}\n")
            return
        leg = core.find(given[1])
        if leg is None:
            answer(NO_CHANNEL)
            return
        cause = given[2] if len(given) > 2 else "ALLOTTED_TIMEOUT"
        when = max(0, atoi(given[0]))
        wait = when if given[0].startswith("+") else max(0, when - core.second())
        core.clock.later(wait, lambda: leg.hangup(cause))
        answer(OK)

    return {
        "originate": originate,
        "hupall": hang_up_all,
        "sched_hangup": sched_hangup,
        "uuid_exists": exists,
        "uuid_bridge": bridge,
        "uuid_hold": hold,
        "uuid_kill": about("uuid_kill", 1, _kill),
        "uuid_transfer": about("uuid_transfer", 2, _transfer),
        "uuid_getvar": about("uuid_getvar", 2, lambda leg, words: leg.lookup(words[0]) or "_undef_"),
        "uuid_setvar": about("uuid_setvar", 2, _setvar),
        "uuid_setvar_multi": about(
            "uuid_setvar_multi",
            2,
            _setvar_multi,
            f"{NO_CHANNEL}-USAGE: {_USAGE['uuid_setvar_multi']}\n",
        ),
        "uuid_dump": about("uuid_dump", 1, _dump),
        "uuid_break": about("uuid_break", 1, _break),
        "uuid_park": about("uuid_park", 1, _park),
        "uuid_answer": _answering(switch),
        "uuid_send_dtmf": about("uuid_send_dtmf", 2, _send_keys, NO_SESSION),
        "uuid_recv_dtmf": about("uuid_recv_dtmf", 2, _receive_keys, NO_SESSION),
        "uuid_record": about("uuid_record", 3, _record, NO_SESSION),
    }


def _words(argument: str) -> list[str]:
    """The words of ``originate``: blanks in brackets and quotes do not part them, and stay."""
    words, depth, quoted = [""], 0, False
    for char in argument.strip():
        if char == "'":
            quoted = not quoted
        elif char in "{[(<":
            depth += 1
        elif char in "}])>":
            depth -= 1
        elif char == " " and depth <= 0 and not quoted:
            if words[-1]:
                words.append("")
            continue
        words[-1] += char
    return [word[1:-1] if len(word) > 1 and word[0] == word[-1] == "'" else word for word in words if word]


def _then(leg: Leg, exten: str, dialplan: str, context: str) -> None:
    """What an originated leg does when it is answered."""
    if not exten.startswith("&"):
        leg.transfer(exten, dialplan, context)
        return
    app, _, arg = exten[1:].partition("(")
    leg.core.soon(lambda: None if leg.ended else leg.run([(app, arg.rstrip(")"))]))


def _kill(leg: Leg, words: list[str]) -> str:
    leg.hangup(words[0] if words else "NORMAL_CLEARING")
    return OK


def _transfer(leg: Leg, words: list[str]) -> str:
    which = words.pop(0) if words[0] in ("-bleg", "-both") else ""
    if not words:
        return f"-USAGE: {_USAGE['uuid_transfer']}\n"
    other = leg.bridge.partner(leg.uuid) if leg.bridge is not None else None
    if which == "-both" and other is not None:
        other.variables["park_after_bridge"] = "true"
    going = [leg if which != "-bleg" else other, other if which == "-both" else None]
    for one in going:
        if one is not None:
            one.transfer(*words[:3])
    return OK


def _setvar(leg: Leg, words: list[str]) -> str:
    leg.set(words[0], words[1] if len(words) > 1 else None)
    return OK


def _setvar_multi(leg: Leg, words: list[str]) -> str:
    for pair in " ".join(words).split(";"):
        name, _, value = pair.partition("=")
        if name:
            leg.set(name.strip(), value)
    return OK


def _dump(leg: Leg, words: list[str]) -> str:
    pairs = [("Event-Name", "CHANNEL_DATA"), *leg_headers(leg, "CHANNEL_DATA", {})]
    if words and words[0] == "json":
        return json.dumps(dict(pairs), ensure_ascii=False, separators=(",", ":"))
    encoded = encode_headers(pairs).decode() if not words or words[0] != "plain" else None
    return encoded if encoded is not None else "".join(f"{name}: {value}\n" for name, value in pairs)


def _break(leg: Leg, words: list[str]) -> str:
    leg.break_("all" in words)
    return OK


def _park(leg: Leg, words: list[str]) -> str:
    leg.take(lambda: leg.run([("park", "")]))
    return OK


def _send_keys(leg: Leg, words: list[str]) -> str:
    keys = words[0].partition("@")[0]
    for key in keys:
        leg.send(key)
    return f"+OK {leg.uuid} sent DTMF {words[0]}.\n"


def _receive_keys(leg: Leg, words: list[str]) -> str:
    for key in words[0].partition("@")[0]:
        leg.pressed(key)
    return f"+OK {leg.uuid} received DTMF {words[0]}.\n"


def _record(leg: Leg, words: list[str]) -> str:
    action, path = words[0].lower(), words[1]
    if action == "start":
        leg.record(path)
    elif action == "stop":
        if leg.recording not in (path, "") and path != "all":
            return "-ERR Cannot stop record session!\n"
        leg.stop_recording()
    elif action not in ("mask", "unmask", "pause", "resume"):
        return f"-USAGE: {_USAGE['uuid_record']}\n"
    return "+OK Success\n"


def _answering(switch: Switch) -> Command:
    def command(argument: str, answer: Answer) -> None:
        leg = switch.core.find(argument.strip())
        if leg is not None:
            leg.answer()
        answer(OK if leg is not None else "-ERROR\n")

    return command
