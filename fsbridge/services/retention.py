"""Recordings whose time is over, taken away: planned, in batches, resumable, with a certificate."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Protocol

from fsbridge.domain.retention import Facts, PurgeRefused, Retention, refusal

logger = logging.getLogger(__name__)

BATCH = 200
"""Recordings taken away in one transaction."""
PAGE = 5000
"""Recordings a plan reads at a time."""
LOOKED_AT = 20
"""Of the newest and of the oldest recordings, so many show whether the folder is the right one."""

_QUARTER = 900_000_000
"""Microseconds in which no zone's month changes: every offset is a whole number of quarters of an hour."""

Outcome = Literal["removed", "missing", "failed"]


class RecordingMissing(Exception):
    """There is no such file."""


class RecordingRefused(Exception):
    """The file must not, or cannot, be touched; the text says why, in a sentence without its path."""


@dataclass(frozen=True, slots=True)
class Due:
    """A recording whose time is over; `intended`: an interrupted purge was about to remove it.

    >>> Due(7, "2024-04-01/9a.wav", 1711929600000000).intended
    False
    """

    id: int
    path: str
    place: int
    """Where it comes in the order of all, with `id`: microseconds since 1970."""
    size: int = 0
    sha256: str = ""
    intended: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it is: its bytes, what they hash to, and a mark that changes when it does.

    >>> Found(44, "e3b0").size
    44
    """

    size: int
    sha256: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one recording.

    >>> Done("missing", note="it was not there").at is None
    True
    """

    outcome: Outcome
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A purge that ended: what it did, and the file that proves it (none if there was nothing to do).

    >>> Certificate(3, removed=180, file="purge-000003.jsonl").failed
    0
    """

    number: int
    removed: int = 0
    missing: int = 0
    failed: int = 0
    size: int = 0
    file: str = ""
    sha256: str = ""
    records: int = 0


@dataclass(slots=True)
class Plan:
    """What a purge would do now; `refusal` is why it would not begin, empty if it would.

    `months` counts what would go by the month it was recorded in (the centre's zone), with the bytes.

    >>> Plan(Facts(kept=10, due=0), datetime(2024, 4, 1)).missing
    0
    """

    facts: Facts
    cutoff: datetime
    refusal: str = ""
    months: dict[str, tuple[int, int]] = field(default_factory=dict)
    missing: int = 0
    records: int = 0
    """FreeSWITCH's records of calls that would go with them."""
    refused: dict[str, str] = field(default_factory=dict)
    """Paths that must not be touched, and why; the first hundred."""


class Removing(Protocol):
    """Recordings while nobody can put a hold on them; kept as they are if the block raises."""

    def still_due(self) -> Collection[int]: ...
    def done(self, outcomes: Mapping[int, Done]) -> None: ...


class Ledger(Protocol):
    """Where recordings are written down; `due` gives those after a place, in the order of their age."""

    def facts(self, cutoff: datetime) -> Facts: ...
    def due(self, cutoff: datetime, after: tuple[int, int], limit: int) -> Sequence[Due]: ...
    def some_paths(self, newest: int, oldest: int) -> Sequence[str]: ...
    def begin(self, now: datetime, cutoff: datetime, rule: Mapping[str, int], by: str, why: str) -> int: ...
    def intend(self, purge: int, found: Mapping[int, Found]) -> None: ...
    def removing(self, purge: int, recordings: Collection[int]) -> AbstractContextManager[Removing]: ...
    def lines(self, purge: int) -> Iterator[Mapping[str, object]]: ...
    def heading(self, purge: int, at: datetime) -> Mapping[str, object]: ...
    def count(self, purge: int) -> Certificate: ...
    def end(self, certificate: Certificate, at: datetime) -> Certificate: ...


class Folder(Protocol):
    """Where recordings lie. RecordingMissing and RecordingRefused say what cannot be."""

    def size(self, path: str) -> int: ...
    def look(self, path: str) -> Found: ...
    def remove(self, path: str, found: Found) -> None: ...
    def settle(self) -> None: ...


class RawRecords(Protocol):
    """FreeSWITCH's own records of calls, which hold what the calls' recordings are personal for.

    Those of calls before the cutoff, but of none whose recording is held; `remove` takes some, and answers
    how many, until there are none.
    """

    def count(self, cutoff: datetime) -> int: ...
    def remove(self, cutoff: datetime, now: datetime, *, by: str) -> int: ...


class Certificates(Protocol):
    """Where certificates lie; answers the file's name and what it hashes to."""

    def write(self, number: int, lines: Iterable[Mapping[str, object]]) -> tuple[str, str]: ...


class Purge:
    """Takes away the recordings whose time is over, and nothing else.

    The database decides what goes; a file without a row is never looked at. Whoever is killed on the way
    leaves rows that say so, and the next purge ends that work under the same number.
    """

    def __init__(
        self,
        ledger: Ledger,
        folder: Folder,
        certificates: Certificates,
        rule: Callable[[], Retention],
        *,
        clock: Callable[[], datetime],
        records: RawRecords | None = None,
    ) -> None:
        self._records = records
        self._ledger = ledger
        self._folder = folder
        self._certificates = certificates
        self._rule = rule
        self._clock = clock

    def plan(self, now: datetime, *, on_progress: Callable[[int], object] = lambda count: None) -> Plan:
        """What a purge would do at `now`; nothing is changed. `on_progress` hears how many were looked at."""
        rule = self._rule()
        cutoff = rule.cutoff(now)
        facts = self._ledger.facts(cutoff)
        plan = Plan(facts, cutoff, refusal(rule, now, facts))
        months: dict[str, tuple[int, int]] = {}
        known: dict[int, str] = {}
        for batch in self._batches(cutoff, PAGE):
            for due in batch:
                size = self._size(due, plan)
                month = known.get(due.place // _QUARTER)
                if month is None:
                    local = datetime.fromtimestamp(due.place / 1e6, rule.zone)
                    month = f"{local.year}-{local.month:02}"
                    known = {due.place // _QUARTER: month}
                count, so_far = months.get(month, (0, 0))
                months[month] = (count + 1, so_far + size)
            on_progress(len(batch))
        plan.months = months
        plan.records = self._records.count(cutoff) if self._records else 0
        if not plan.refusal and plan.missing:
            plan.refusal = self._elsewhere()
        return plan

    def run(
        self,
        now: datetime,
        *,
        by: str,
        why: str = "",
        clock_checked: bool = False,
        share: int | None = None,
        folder_checked: bool = False,
        on_progress: Callable[[int], object] = lambda count: None,
    ) -> Certificate:
        """Take away what may go at `now`; PurgeRefused, and nothing done, where `refusal` speaks.

        A file that cannot be removed stops nothing: it is in the certificate, and tried again next time.
        """
        rule = self._rule()
        cutoff = rule.cutoff(now)
        facts = self._ledger.facts(cutoff)
        refused = refusal(rule, now, facts, clock_checked=clock_checked, share=share)
        if not refused and facts.due and not folder_checked:
            refused = self._elsewhere()
        if refused:
            raise PurgeRefused(refused)
        number = self._ledger.begin(now, cutoff, rule.data(), by, why)
        for batch in self._batches(cutoff, BATCH):
            self._take(number, batch)
            on_progress(len(batch))
        records = 0
        while self._records and (some := self._records.remove(cutoff, self._clock(), by=by)):
            records += some
            on_progress(0)
        certificate = replace(self._certify(number, self._clock()), records=records)
        logger.info("%s", certificate)
        return certificate

    def _batches(self, cutoff: datetime, size: int) -> Iterator[Sequence[Due]]:
        after = (0, 0)
        while batch := self._ledger.due(cutoff, after, size):
            after = (batch[-1].place, batch[-1].id)
            yield batch

    def _size(self, due: Due, plan: Plan) -> int:
        try:
            return self._folder.size(due.path)
        except RecordingMissing:
            plan.missing += 1
        except RecordingRefused as error:
            if len(plan.refused) < 100:
                plan.refused[due.path] = str(error)
        return 0

    def _elsewhere(self) -> str:
        """Why the folder cannot be the right one; empty if one of some recordings is in it."""
        paths = self._ledger.some_paths(LOOKED_AT, LOOKED_AT)
        for path in paths:
            try:
                self._folder.size(path)
            except RecordingMissing:
                continue
            except RecordingRefused:
                pass
            return ""
        return (
            f"none of {len(paths)} recordings looked for is in the folder; is it mounted? "
            "If they are gone for good, say --folder-is-right"
        )

    def _take(self, number: int, batch: Sequence[Due]) -> None:
        found: dict[int, Found] = {}
        outcomes: dict[int, Done] = {}
        for due in batch:
            try:
                found[due.id] = self._folder.look(due.path)
            except RecordingMissing:
                note = "was removed by this purge before it was interrupted"
                outcomes[due.id] = (
                    Done("removed", self._clock(), note)
                    if due.intended
                    else Done("missing", self._clock(), "it was not there")
                )
            except RecordingRefused as error:
                outcomes[due.id] = Done("failed", note=str(error))
        self._ledger.intend(number, found)
        with self._ledger.removing(number, [due.id for due in batch]) as removing:
            still = removing.still_due()
            for due in batch:
                if due.id in still and due.id in found:
                    outcomes[due.id] = self._remove(due, found[due.id])
            self._folder.settle()
            removing.done({id: done for id, done in outcomes.items() if id in still})

    def _remove(self, due: Due, found: Found) -> Done:
        try:
            self._folder.remove(due.path, found)
        except RecordingMissing:
            return Done("missing", self._clock(), "it went while it was looked at")
        except RecordingRefused as error:
            return Done("failed", note=str(error))
        changed = due.sha256 and due.sha256 != found.sha256
        note = f"its content was not what was recorded (sha256 {due.sha256})" if changed else ""
        return Done("removed", self._clock(), note)

    def _certify(self, number: int, at: datetime) -> Certificate:
        counted = self._ledger.count(number)
        if not (counted.removed or counted.missing or counted.failed):
            return self._ledger.end(counted, at)
        lines = itertools.chain([self._ledger.heading(number, at)], self._ledger.lines(number))
        file, sha256 = self._certificates.write(number, lines)
        return self._ledger.end(replace(counted, file=file, sha256=sha256), at)
