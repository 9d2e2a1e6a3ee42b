"""Commands to FreeSWITCH as values, built without a socket and refused here when they cannot be sent.

A command ends at an empty line, so a line feed inside an argument would be a second command.
Every function here refuses CR, LF and NUL in what it is given and names the argument; multi-line
application arguments travel in the body of a ``sendmsg``, where they are data.
"""

from __future__ import annotations

import re
import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass

from fsbridge.errors import InvalidArgument
from fsbridge.esl.quoting import Raw, quote

LONG_ARGUMENT = 1024
"""Application arguments of more bytes than this travel in the body; FreeSWITCH reads headers slowly."""

_FORBIDDEN = re.compile(r"[\r\n\0]")
_NAMES = {"\r": "a carriage return", "\n": "a line feed", "\0": "a NUL"}
_TOKEN = re.compile(r"[^\s\0]+")


@dataclass(frozen=True, slots=True)
class Command:
    """One command, ready to be written; ``payload`` is every byte of it.

    >>> api("status").payload
    b'api status\\n\\n'
    """

    payload: bytes
    ticket: str = ""
    """The Job-UUID or Event-UUID under which its outcome will come as an event, if it has one."""

    def __str__(self) -> str:
        line = self.payload.partition(b"\n")[0].decode("utf-8", "replace")
        return "auth ***" if line.startswith("auth ") else line


def checked(argument: str, value: str) -> str:
    """`value` if it fits on one line of the wire, else `InvalidArgument` naming `argument`.

    >>> checked("cause", "USER_BUSY\\n\\napi shutdown")
    Traceback (most recent call last):
    fsbridge.errors.InvalidArgument: cause holds a line feed, which would end the command
    """
    found = _FORBIDDEN.search(value)
    if found:
        raise InvalidArgument(argument, f"holds {_NAMES[found.group()]}, which would end the command")
    _bytes(argument, value)
    return value


def _bytes(argument: str, value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise InvalidArgument(argument, f"is no text at position {error.start}: a lone surrogate") from None


def _token(argument: str, value: str) -> str:
    checked(argument, value)
    if not _TOKEN.fullmatch(value):
        raise InvalidArgument(argument, f"must be one word: {value!r}")
    return value


def _command(*lines: str, body: bytes = b"", ticket: str = "") -> Command:
    return Command("\n".join(lines).encode() + b"\n\n" + body, ticket)


def raw(text: str) -> Command:
    """A command line as it stands, with its header lines if it has any (greenswitch's ``send``).

    >>> raw("sendmsg\\ncall-command: hangup").payload
    b'sendmsg\\ncall-command: hangup\\n\\n'
    """
    text = text.rstrip("\n")
    if "\r" in text or "\0" in text or "\n\n" in text or not text.strip():
        raise InvalidArgument("command", "must not be empty nor hold an empty line, CR or NUL")
    _bytes("command", text)
    return _command(text)


def _line(name: str, args: tuple[str, ...]) -> str:
    checked("command", name)
    if not name.strip():
        raise InvalidArgument("command", "is empty")
    for position, arg in enumerate(args, 1):
        checked(f"argument {position} of {name}", arg)
    return " ".join([name, *(arg if isinstance(arg, Raw) else quote(arg) for arg in args)])


def api(name: str, *args: str) -> Command:
    """An API command; each argument arrives as one token whatever it holds.

    What is no list of tokens is given as `Raw`: for ``uuid_setvar_multi`` see `quoting.assignments`.

    >>> api("uuid_setvar", "7f1c", "note", "gas leak").payload
    b"api uuid_setvar 7f1c note 'gas leak'\\n\\n"
    """
    return _command(f"api {_line(name, args)}")


def bgapi(name: str, *args: str, job: str | None = None) -> Command:
    """An API command run in the background; its outcome comes as BACKGROUND_JOB with our Job-UUID.

    >>> bgapi("originate", Raw("user/1000 &park()"), job="j1").payload
    b'bgapi originate user/1000 &park()\\nJob-UUID: j1\\n\\n'
    """
    job = _token("job", job or str(uuids.uuid4()))
    return _command(f"bgapi {_line(name, args)}", f"Job-UUID: {job}", ticket=job)


def execute(
    app: str, arg: str = "", *, uuid: str = "", ticket: str | None = None, lock: bool = True, loops: int = 1
) -> Command:
    """Run a dialplan application on a call; CHANNEL_EXECUTE_COMPLETE carries our Event-UUID back.

    `arg` may hold line feeds: a long or multi-line one travels in the body. `lock` keeps other
    queued applications from running into this one.

    >>> execute("playback", "hello.wav", ticket="e1").payload.decode().splitlines()[2:6:3]
    ['execute-app-name: playback', 'execute-app-arg: hello.wav']
    """
    ticket = _token("ticket", ticket or str(uuids.uuid4()))
    if "\0" in arg:
        raise InvalidArgument(f"the argument of {app}", "holds a NUL, which would cut it short")
    body = _bytes(f"the argument of {app}", arg)
    lines = [
        f"sendmsg {_token('uuid', uuid)}" if uuid else "sendmsg",
        "call-command: execute",
        f"execute-app-name: {_token('app', app)}",
        f"Event-UUID: {ticket}",
    ]
    if lock:
        lines.append("event-lock: true")
    if loops != 1:
        lines.append(f"loops: {loops:d}")
    if not body:
        return _command(*lines, ticket=ticket)
    if len(body) <= LONG_ARGUMENT and not _FORBIDDEN.search(arg) and arg == arg.strip():
        return _command(*lines, f"execute-app-arg: {arg}", ticket=ticket)
    lines += ["content-type: text/plain", f"content-length: {len(body)}"]
    return _command(*lines, body=body, ticket=ticket)


def hangup(cause: str = "NORMAL_CLEARING", *, uuid: str = "") -> Command:
    """End a call.

    >>> hangup("USER_BUSY").payload
    b'sendmsg\\ncall-command: hangup\\nhangup-cause: USER_BUSY\\n\\n'
    """
    target = f"sendmsg {_token('uuid', uuid)}" if uuid else "sendmsg"
    return _command(target, "call-command: hangup", f"hangup-cause: {_token('cause', cause)}")


def auth(password: str) -> Command:
    """Log in on the inbound socket."""
    return _command(f"auth {checked('password', password)}")


def subscribe(*events: str, subclasses: tuple[str, ...] = ()) -> Command:
    """Ask for events by name, and for CUSTOM events by subclass.

    >>> subscribe("CHANNEL_CREATE", subclasses=("callcenter::info",)).payload
    b'event plain CHANNEL_CREATE CUSTOM callcenter::info\\n\\n'
    """
    words = [_token("event", event) for event in events if event != "CUSTOM"]
    if subclasses or "CUSTOM" in events:
        words += ["CUSTOM", *(_token("subclass", name) for name in subclasses)]
    if not words:
        raise InvalidArgument("events", "names no event")
    return _command(" ".join(["event plain", *words]))


def filter_events(header: str, value: str) -> Command:
    """Deliver only events whose header has this value; several filters widen the choice.

    >>> filter_events("Unique-ID", "7f1c").payload
    b'filter Unique-ID 7f1c\\n\\n'
    """
    return _command(f"filter {_token('header', header)} {checked('value', value)}")


def send_event(name: str, headers: Mapping[str, str], body: str = "") -> Command:
    """Fire an event inside FreeSWITCH.

    >>> send_event("CUSTOM", {"Event-Subclass": "fsbridge::note"}).payload
    b'sendevent CUSTOM\\nEvent-Subclass: fsbridge::note\\n\\n'
    """
    lines = [f"sendevent {_token('event', name)}"]
    lines += [f"{_token('header', key)}: {checked(key, value)}" for key, value in headers.items()]
    data = _bytes("body", body)
    if data:
        lines.append(f"content-length: {len(data)}")
    return _command(*lines, body=data)


CONNECT = _command("connect")
MYEVENTS = _command("myevents")
EXIT = _command("exit")


def linger(seconds: int | None = None) -> Command:
    """Keep an outbound socket open after the hang-up, so that the last events still come.

    >>> linger(5).payload
    b'linger 5\\n\\n'
    """
    return _command("linger" if seconds is None else f"linger {seconds:d}")
