"""The dialplan applications that concern one channel alone, each as FreeSWITCH 1.11 behaves.

An application is a generator: it yields `Wait` for what takes time, is sent the `Happening` that
ended the wait, and returns its Application-Response.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from fsbridge.embedded.arguments import atoi, tokens
from fsbridge.embedded.collecting import play_and_get_digits, read
from fsbridge.embedded.happening import Application, Happening, Line, Running, Wait
from fsbridge.embedded.playing import play


def terminator(line: Line) -> Callable[[str], bool]:
    """The playback_terminators rule: ``*`` by default, ``any``, ``none``; other keys are swallowed."""
    keys = line.variables.get("playback_terminators", "*").lower()
    ends = "0123456789*#" if keys == "any" else "" if keys == "none" else keys
    line.set("playback_terminator_used", None)

    def take(digit: str) -> bool:
        if digit in ends:
            line.set("playback_terminator_used", digit)
            return True
        return False

    return take


def instant(action: Callable[[Line, str], object]) -> Application:
    """An application that takes no time."""

    def run(line: Line, arg: str) -> Running:
        action(line, arg)
        return ""
        yield Wait(0, "")

    return run


def _nothing(line: Line, arg: str) -> None:
    pass


def _set(line: Line, arg: str) -> None:
    name, _, value = arg.partition("=")
    line.set(name, value)


def _multiset(line: Line, arg: str) -> None:
    separator = " "
    if arg.startswith("^^"):
        separator, arg = arg[2], arg[3:]
    for pair in arg.split(separator):
        _set(line, pair)


def _transfer(line: Line, arg: str) -> None:
    words = tokens(arg)
    if words:
        line.transfer(*words[:3])


def playback(line: Line, arg: str) -> Running:
    """Plays; keys end it or are swallowed, as playback_terminators says."""
    path = arg.partition("@@")[0]
    ending = yield from play(line, path, terminator(line))
    return {"missing": "FILE NOT FOUND", "gone": "PLAYBACK ERROR"}.get(ending, "FILE PLAYED")


def endless_playback(line: Line, arg: str) -> Running:
    """Plays for ever; a break only starts it anew, and keys stay in the line."""
    while True:
        ending = yield from play(line, arg, None)
        if ending == "missing":
            return "FILE NOT FOUND"
        if ending == "gone":
            return ""


def sleep(line: Line, arg: str) -> Running:
    """Waits; keys stay in the line."""
    yield from _for(line, max(0, atoi(arg)) / 1000, "sleeping")
    return ""


def _for(line: Line, seconds: float, what: str) -> Generator[Wait, Happening, None]:
    end = line.clock.elapsed + seconds
    while line.clock.elapsed < end:
        happening = yield Wait(end - line.clock.elapsed, what)
        if happening.kind == "break" or happening.over:
            return


def record(line: Line, arg: str) -> Running:
    """Records until a terminator, the limit, or ``falls silent``."""
    words = tokens(arg)
    limit = max(0, atoi(words[1])) if len(words) > 1 else 0
    take = terminator(line)
    began = line.clock.elapsed
    while True:
        if any(take(line.take_digit()) for _ in range(len(line.digits))):
            break
        left = began + limit - line.clock.elapsed if limit else None
        happening = yield Wait(left, f"recording {words[0] if words else 'nothing'}")
        if happening.kind in ("time", "break", "falls silent") or happening.over:
            break
    line.set("record_ms", str(round((line.clock.elapsed - began) * 1000)))
    return ""


def park(line: Line, arg: str) -> Running:
    """Waits for ever, throwing keys away."""
    line.emit("CHANNEL_PARK")
    while True:
        happening = yield Wait(None, "parked", parked=True)
        if happening.over:
            line.emit("CHANNEL_UNPARK")
            return ""


HEARD = frozenset({"playback", "endless_playback", "read", "play_and_get_digits", "record"})
"""Applications that must be heard: a leg that has not answered sends early media for them."""

APPLICATIONS: dict[str, Application] = {
    "answer": instant(lambda line, arg: line.answer()),
    "pre_answer": instant(lambda line, arg: line.pre_answer()),
    "ring_ready": instant(lambda line, arg: line.ring_ready()),
    "set": instant(_set),
    "export": instant(_set),
    "multiset": instant(_multiset),
    "unset": instant(lambda line, arg: line.set(arg, None)),
    "log": instant(_nothing),
    "info": instant(_nothing),
    "event": instant(_nothing),
    "record_session": instant(_nothing),
    "stop_record_session": instant(_nothing),
    "start_dtmf": instant(_nothing),
    "hangup": instant(lambda line, arg: line.hangup(arg or "NORMAL_CLEARING")),
    "transfer": instant(_transfer),
    "playback": playback,
    "endless_playback": endless_playback,
    "read": read,
    "play_and_get_digits": play_and_get_digits,
    "record": record,
    "sleep": sleep,
    "park": park,
}
"""What each of them does."""
