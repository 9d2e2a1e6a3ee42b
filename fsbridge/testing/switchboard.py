"""The commands both stand-ins answer, inbound and outbound, in FreeSWITCH's own texts."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable

from fsbridge.embedded.commandreader import Received
from fsbridge.esl.encode import encode_api_response, encode_event, encode_reply
from fsbridge.testing.apis import run_api
from fsbridge.testing.channel import Channel

Api = Callable[[str], str]


def send_message(channel: Channel, message: Received) -> None:
    """Does to the channel what a ``sendmsg`` asks."""
    headers = message.headers
    if headers.get("call-command") == "execute":
        argument = message.body or headers.get("execute-app-arg", "")
        channel.execute(headers.get("execute-app-name", ""), argument, ticket=headers.get("event-uuid", ""))
    elif headers.get("call-command") == "hangup":
        channel.hangup(headers.get("hangup-cause", "NORMAL_CLEARING"))


class Switchboard:
    """The channels and API commands of a stand-in.

    `apis` holds answers by command name: a text, or a function of the argument.

    >>> Switchboard({"status": "UP"}).api("status")
    'UP'
    """

    def __init__(self, apis: dict[str, str | Api] | None = None) -> None:
        self.apis: dict[str, str | Api] = dict(apis or {})
        self.channels: dict[str, Channel] = {}

    def api(self, line: str) -> str:
        """What an API command prints."""
        name, _, argument = line.partition(" ")
        answer = self.apis.get(name)
        if answer is not None:
            return answer if isinstance(answer, str) else answer(argument)
        if name == "uuid_dump":
            channel = self.channels.get(argument.strip())
            return "".join(f"{key}: {value}\n" for key, value in channel.data()) if channel else _NO_CHANNEL
        if name.startswith("uuid_"):
            channel = self.channels.get(argument.partition(" ")[0])
            return run_api(channel, name, argument) if channel else _NO_CHANNEL
        return f"-ERR {name} Command not found!\n"

    def answer_api(self, command: Received) -> list[bytes]:
        """The frames that answer ``api`` or ``bgapi``."""
        if command.word == "api":
            return [encode_api_response(self.api(command.rest))]
        job = command.headers.get("job-uuid") or str(uuids.uuid4())
        name, _, argument = command.rest.partition(" ")
        about = {"Event-Name": "BACKGROUND_JOB", "Job-UUID": job, "Job-Command": name}
        if argument:
            about["Job-Command-Arg"] = argument
        reply = encode_reply(f"+OK Job-UUID: {job}", {"Job-UUID": job})
        return [reply, encode_event(about, self.api(command.rest))]

    def answer_message(self, command: Received, own: Channel | None = None) -> tuple[bytes, Channel | None]:
        """The reply to ``sendmsg``, and the channel it is for."""
        wanted = command.rest or command.headers.get("session-id", "")
        channel = own if own is not None and wanted in ("", own.uuid) else self.channels.get(wanted)
        if channel is None:
            return encode_reply(f"-ERR invalid session id [{wanted}]"), None
        return encode_reply("+OK"), channel


_NO_CHANNEL = "-ERR No such channel!\n"
