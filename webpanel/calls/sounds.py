"""Recordings played and downloaded: never a byte before the reason is in the audit log."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import IO, Protocol

from flask import Response, request, session
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response as Answer
from werkzeug.wsgi import wrap_file

from fsbridge.adapters.recordings.listening import media_type
from fsbridge.domain.sight import Sight
from fsbridge.services.authority import NotAllowed
from fsbridge.services.callstory import Recorded, WholeCall
from fsbridge.services.recordings import ReasonNeeded
from webpanel.labels import t

HEARD = "heard"
"""Where the session keeps which recordings may be played, and until when."""
LONG = 3600
"""Seconds for which a reason holds."""
MANY = 12
REASONS = ("content", "complaint", "quality", "emergency", "disclosure", "other")
_LONGEST = 300


class ReasonExpired(NotAllowed):
    """The recording may not be played (any more) for a reason that was given."""


class NotToBeHeard(NotAllowed):
    """The visitor's roles do not let them hear, or take away, this recording."""


class Sounds(Protocol):
    """Where the files of recordings are."""

    def open(self, path: str) -> IO[bytes]: ...
    def peaks(self, path: str) -> tuple[float, list[list[int]]]: ...


def may_hear(eyes: Sight, whole: WholeCall, one: Recorded) -> bool:
    """Whether the visitor may listen to a recording: anybody's, or of a call they took part in."""
    return eyes.may_play(one.operator, *whole.spoke)


def reason_of(form: Mapping[str, str]) -> str:
    """The reason somebody gave, in one line; ReasonNeeded for none, or for "other" and nothing more."""
    chosen = form.get("reason", "")
    more = " ".join(form.get("more", "")[:_LONGEST].split())
    more = "".join(char for char in more if char.isprintable())
    if chosen not in REASONS or (chosen == "other" and not more):
        raise ReasonNeeded("a recording is played for a reason; choose one, and say more for 'other'")
    said = t(f"calls.r_{chosen}") if chosen != "other" else ""
    return f"{said}：{more}" if said and more else said or more


def permit(number: int) -> None:
    """From now on, for a while, this browser's session may play the recording."""
    now = int(time.time())
    heard = {key: until for key, until in session.get(HEARD, {}).items() if until > now}
    heard[str(number)] = now + LONG
    session[HEARD] = dict(sorted(heard.items(), key=lambda one: one[1])[-MANY:])


def permitted(number: int) -> bool:
    """Whether a reason for it was given in this session, not long ago."""
    return bool(session.get(HEARD, {}).get(str(number), 0) > time.time())


def served(file: IO[bytes], path: str, *, download_as: str = "") -> Answer:
    """The answer that is the sound, or the part of it that the browser asks for."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    answer = Response(wrap_file(request.environ, file), direct_passthrough=True, mimetype=media_type(path))
    answer.content_length = size
    if download_as:
        answer.headers.set("Content-Disposition", "attachment", filename=download_as)
    answer.call_on_close(file.close)
    try:
        return answer.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
