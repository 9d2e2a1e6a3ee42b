"""The dialplan applications of the simulated channel, each as FreeSWITCH 1.11 behaves.

An application is a generator: it yields `Wait` for what takes time, is sent the `Happening` that
ended the wait, and returns its Application-Response.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from fsbridge.testing.arguments import tokens
from fsbridge.testing.callcenter import callcenter
from fsbridge.testing.collecting import play_and_get_digits, read
from fsbridge.testing.happening import Application, Happening, Running, Wait
from fsbridge.testing.playing import play
from fsbridge.testing.telephones import bridge

if TYPE_CHECKING:
    from fsbridge.testing.channel import Channel


def _terminator(channel: Channel) -> Callable[[str], bool]:
    """The playback_terminators rule: ``*`` by default, ``any``, ``none``; other keys are swallowed."""
    keys = channel.variables.get("playback_terminators", "*").lower()
    ends = "0123456789*#" if keys == "any" else "" if keys == "none" else keys
    channel.set("playback_terminator_used", None)

    def take(digit: str) -> bool:
        if digit in ends:
            channel.set("playback_terminator_used", digit)
            return True
        return False

    return take


def _instant(action: Callable[[Channel, str], object]) -> Application:
    def run(channel: Channel, arg: str) -> Running:
        action(channel, arg)
        return ""
        yield Wait(0, "")

    return run


def _answer(channel: Channel, arg: str) -> None:
    channel.answer()


def _nothing(channel: Channel, arg: str) -> None:
    pass


def _set(channel: Channel, arg: str) -> None:
    name, _, value = arg.partition("=")
    channel.set(name, value)


def _multiset(channel: Channel, arg: str) -> None:
    separator = " "
    if arg.startswith("^^"):
        separator, arg = arg[2], arg[3:]
    for pair in arg.split(separator):
        _set(channel, pair)


def _unset(channel: Channel, arg: str) -> None:
    channel.set(arg, None)


def _hangup(channel: Channel, arg: str) -> None:
    channel.hangup(arg or "NORMAL_CLEARING")


def _transfer(channel: Channel, arg: str) -> None:
    channel.transfer(*tokens(arg)[:3])


def playback(channel: Channel, arg: str) -> Running:
    """Plays; keys end it or are swallowed, as playback_terminators says."""
    path = arg.partition("@@")[0]
    ending = yield from play(channel, path, _terminator(channel))
    return "FILE NOT FOUND" if ending == "missing" else "FILE PLAYED"


def endless_playback(channel: Channel, arg: str) -> Running:
    """Plays for ever; a break only starts it anew, and keys stay in the line."""
    while True:
        ending = yield from play(channel, arg, None)
        if ending == "missing":
            return "FILE NOT FOUND"


def sleep(channel: Channel, arg: str) -> Running:
    """Waits; keys stay in the line."""
    yield from _for(channel, int(arg or 0) / 1000, "sleeping")
    return ""


def _for(channel: Channel, seconds: float, what: str) -> Generator[Wait, Happening, None]:
    end = channel.clock.elapsed + seconds
    while channel.clock.elapsed < end:
        happening = yield Wait(end - channel.clock.elapsed, what)
        if happening.kind == "break":
            return


def record(channel: Channel, arg: str) -> Running:
    """Records until a terminator, the limit, or ``falls silent``."""
    words = tokens(arg)
    limit = float(words[1]) if len(words) > 1 else 0.0
    take = _terminator(channel)
    began = channel.clock.elapsed
    while True:
        if any(take(channel.take_digit()) for _ in range(len(channel.digits))):
            break
        left = began + limit - channel.clock.elapsed if limit else None
        happening = yield Wait(left, f"recording {words[0]}")
        if happening.kind in ("time", "break", "falls silent"):
            break
    channel.set("record_ms", str(round((channel.clock.elapsed - began) * 1000)))
    return ""


def park(channel: Channel, arg: str) -> Running:
    """Waits for ever, throwing keys away."""
    while True:
        while channel.digits:
            channel.take_digit()
        happening = yield Wait(None, "parked")
        if happening.kind == "break":
            return ""


APPLICATIONS: dict[str, Application] = {
    "answer": _instant(_answer),
    "pre_answer": _instant(_nothing),
    "ring_ready": _instant(_nothing),
    "set": _instant(_set),
    "export": _instant(_set),
    "multiset": _instant(_multiset),
    "unset": _instant(_unset),
    "log": _instant(_nothing),
    "info": _instant(_nothing),
    "event": _instant(_nothing),
    "record_session": _instant(_nothing),
    "stop_record_session": _instant(_nothing),
    "start_dtmf": _instant(_nothing),
    "hangup": _instant(_hangup),
    "transfer": _instant(_transfer),
    "playback": playback,
    "endless_playback": endless_playback,
    "read": read,
    "play_and_get_digits": play_and_get_digits,
    "record": record,
    "sleep": sleep,
    "park": park,
    "callcenter": callcenter,
    "bridge": bridge,
}
"""What each application does; a name that is not here ends the call, as an unknown one does."""
