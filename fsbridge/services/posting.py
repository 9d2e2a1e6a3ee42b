"""Reports by e-mail: each finished period once to each address, tried again while that is of use."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple, Protocol

from fsbridge.domain.reporting.periods import REGULAR, Kind, ReportPeriod, last_over
from fsbridge.errors import FsbridgeError

logger = logging.getLogger(__name__)

OF_USE = timedelta(days=3)
"""How long after a period a report is still sent; mail that is set up later begins with the next."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=10), timedelta(hours=6)
"""How long it takes until a failed mail is tried again: twice as long each time, up to the longest."""


class MailFailed(FsbridgeError):
    """The mail server did not take a mail; the text says why."""


class Attachment(NamedTuple):
    """A file that goes with a mail.

    >>> Attachment("report.pdf", "application/pdf", b"%PDF").sha256[:8]
    '315d429b'
    """

    name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        """What the file is known by."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Letter:
    """A report as it is mailed; `key` names it, so that a mail that comes twice is known for the same."""

    key: str
    subject: str
    text: str
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Attempts:
    """What is known of one report and one address.

    >>> at = datetime.fromisoformat("2027-04-01T07:00:00+09:00")
    >>> Attempts(failures=2, last=at).due(at + timedelta(minutes=15))
    False
    """

    sent: bool = False
    failures: int = 0
    last: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Whether it is time to try."""
        if self.sent:
            return False
        wait = min(FIRST_WAIT * 2 ** min(self.failures - 1, 10), LONGEST_WAIT)
        return self.last is None or now - self.last >= wait


class Postman(Protocol):
    """Who takes mail; MailFailed if it is not taken."""

    def send(self, letter: Letter, to: str, at: datetime) -> None: ...


class SentBook(Protocol):
    """The log of what went to whom, and of what did not."""

    def attempts(self, key: str, to: str) -> Attempts: ...
    def sent(self, letter: Letter, to: str, at: datetime, by: str) -> None: ...
    def failed(self, key: str, to: str, at: datetime, why: str) -> None: ...


class ReportPost:
    """Sends the reports of periods that are over, from a time of day on.

    `write` makes the letter of a period; `addresses` says to whom each kind of report goes.
    """

    def __init__(
        self,
        postman: Postman,
        book: SentBook,
        write: Callable[[ReportPeriod], Letter],
        addresses: Mapping[Kind, Sequence[str]],
        *,
        at: time,
        zone: tzinfo,
        year_begins: int = 4,
    ) -> None:
        self._postman, self._book, self._write = postman, book, write
        self._addresses = addresses
        self._at, self._zone, self._year_begins = at, zone, year_begins

    def run(self, now: datetime) -> str:
        """Send what is due; what went out, in words. MailFailed names what did not, when the rest is done."""
        done, failed = [], []
        for period in self._due(now):
            key = key_of(period)
            left = [to for to in self._addresses[period.kind] if self._book.attempts(key, to).due(now)]
            if not left:
                continue
            try:
                letter = self._write(period)
            except FsbridgeError as error:
                for to in left:
                    self._book.failed(key, to, now, str(error))
                failed.append(f"{key}: {error}")
                continue
            for to in left:
                try:
                    self.send(letter, to, now, by="fsbridge")
                except MailFailed as error:
                    failed.append(f"{key} to {to}: {error}")
                else:
                    done.append(f"{key} to {to}")
        if failed:
            raise MailFailed(
                "; ".join(["not sent: " + failed[0], *failed[1:], *(f"sent {one}" for one in done)])
            )
        return f"sent {', '.join(done)}" if done else ""

    def send(self, letter: Letter, to: str, now: datetime, *, by: str) -> None:
        """Send one letter to one address now; MailFailed if it is not taken. Both are in the log."""
        try:
            self._postman.send(letter, to, now)
        except MailFailed as error:
            self._book.failed(letter.key, to, now, str(error))
            raise
        self._book.sent(letter, to, now, by)

    def _due(self, now: datetime) -> list[ReportPeriod]:
        local = now.astimezone(self._zone)
        found = []
        for kind in REGULAR:
            period = last_over(kind, local.date(), year_begins=self._year_begins)
            begins = datetime.combine(period.last + timedelta(days=1), self._at, self._zone)
            if self._addresses.get(kind) and begins <= now < begins + OF_USE:
                found.append(period)
        return found


def key_of(period: ReportPeriod) -> str:
    """What a report is called in the log.

    >>> from fsbridge.domain.reporting.periods import period_of
    >>> key_of(period_of(Kind.HALF_YEAR, "2027-H1"))
    'half-year 2027-H1'
    """
    return f"{period.kind.value} {period.key}"
