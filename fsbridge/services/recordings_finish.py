"""Recordings finished after the call: verified, compressed, hashed, filed; and the raw file then let go."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from fsbridge.domain.recordingalarms import Alarm
from fsbridge.domain.recordings import Named, Talk, amiss, named, talk_at
from fsbridge.errors import FsbridgeError
from fsbridge.services.retention import RecordingMissing, RecordingRefused

logger = logging.getLogger(__name__)

BATCH = 50
"""Recordings given to one process that compresses."""
LOOK_BACK = timedelta(days=3)
"""Folders of so many days back hold calls that may have ended only now."""
ABANDONED = timedelta(minutes=2)
"""A file nobody has written to for so long is over without a record, if FreeSWITCH has its leg no more."""
STRANGE = timedelta(minutes=10)
"""A leg whose call is not known so long after its end is a stranger; before, its record is on its way."""

Living = Callable[[], Collection[str] | None]
"""The legs FreeSWITCH has now; None while it cannot be asked."""


class StorageFailed(FsbridgeError):
    """The place where recordings are kept cannot be reached, or refuses; the text says why."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A file as FreeSWITCH wrote it; `mark` changes when the file does.

    >>> Raw("2027-04-01/7f1c-1806541200250000.wav", 44, datetime(2027, 4, 1)).mark
    ''
    """

    path: str
    size: int
    touched_at: datetime
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """A leg that is over, and the call it belongs to.

    >>> Ended("7f1c", datetime(2027, 4, 1)).call
    '7f1c'
    """

    call: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """A raw file to be compressed; `lengths` are those it may have, if its header is gone.

    >>> Order("2027-04-01/7f1c-1806541200250000.wav").lengths
    ()
    """

    path: str
    lengths: tuple[timedelta, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """What became of an order: the file that is kept, verified against the raw one; or the problem.

    `problem` is ``unreadable``, ``full`` or empty.

    >>> Pressed("2027-04-01/7f1c-1806541200250000.wav", problem="full").kept
    ''
    """

    path: str
    kept: str = ""
    length: timedelta = timedelta()
    size: int = 0
    sha256: str = ""
    repaired: bool = False
    problem: Literal["", "unreadable", "full"] = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A recording that is verified, as it is written down.

    >>> Kept(Pressed("a.wav", "a.flac"), "7f1c", datetime(2027, 4, 1)).fault
    ''
    """

    pressed: Pressed
    call: str
    began: datetime
    leg: str = ""
    operator: str = ""
    fault: str = ""


@dataclass(slots=True)
class Finished:
    """What a sweep did: files kept, of these repaired, and put aside; and the paths it left for later.

    >>> Finished().kept
    0
    """

    kept: int = 0
    repaired: int = 0
    aside: int = 0
    waiting: list[str] = field(default_factory=list)


class Spool(Protocol):
    """The folder FreeSWITCH records into; `remove` refuses (False) a file that is not as it was listed."""

    def raw(self, since: date | None) -> Sequence[Raw]: ...
    def remove(self, raw: Raw) -> bool: ...


class Press(Protocol):
    """What compresses, off the calls' path; each answer is safely on disk when it comes."""

    def press(self, orders: Sequence[Order]) -> Iterable[Pressed]: ...


class Archive(Protocol):
    """Where recordings are kept for good; `put` returns when the file is there, whole. StorageFailed."""

    def put(self, path: str, size: int, sha256: str) -> None: ...
    def size(self, path: str) -> int: ...


class Shelf(Protocol):
    """What is written down of calls and their recordings."""

    def ended(self, legs: Collection[str]) -> Mapping[str, Ended]: ...
    def calls(self, uuids: Collection[str]) -> Collection[str]: ...
    def talks(self, calls: Collection[str]) -> Mapping[str, Sequence[Talk]]: ...
    def verified(self, stems: Collection[str]) -> Mapping[str, tuple[str, datetime]]: ...
    def aside(self) -> Collection[str]: ...
    def keep(self, kept: Kept, now: datetime) -> None: ...


class Alarms(Protocol):
    """Where alarms stand; one of the same kind and subject is raised once."""

    def ring(self, alarm: Alarm, now: datetime) -> bool: ...


class Finisher:
    """Takes what FreeSWITCH has recorded to where it is kept, file by file; killed anywhere, nothing is lost.

    A raw file goes only after its copy was decoded and compared, lies where it is kept, and is written down.
    """

    def __init__(
        self,
        shelf: Shelf,
        spool: Spool,
        press: Press,
        archive: Archive,
        alarms: Alarms,
        *,
        living: Living = lambda: None,
    ) -> None:
        self._shelf = shelf
        self._spool = spool
        self._press = press
        self._archive = archive
        self._alarms = alarms
        self._living = living

    def sweep(
        self,
        now: datetime,
        *,
        everything: bool = False,
        on_progress: Callable[[int], object] = lambda count: None,
    ) -> Finished:
        """Finish what is over; what is still being recorded, or cannot be kept now, waits.

        Only the last days are looked at, unless `everything` is: then also what was put aside is tried again.
        """
        done = Finished()
        raws = {raw.path: raw for raw in self._spool.raw(None if everything else now.date() - LOOK_BACK)}
        aside = set() if everything else set(self._shelf.aside())
        names = [name for path in raws if path not in aside and (name := named(path))]
        ended = self._over(names, raws, now)
        known = self._shelf.verified([name.stem for name in names if name.leg in ended])
        todo = []
        for name in names:
            if name.leg not in ended:
                done.waiting.append(name.path)
            elif not self._let_go(raws[name.path], known.get(name.stem)):
                todo.append(name)
        talks = self._shelf.talks({ended[name.leg].call for name in todo})
        for at in range(0, len(todo), BATCH):
            batch = todo[at : at + BATCH]
            if not self._finish(batch, raws, ended, talks, now, done):
                done.waiting += [name.path for name in todo[at:]]
                break
            on_progress(len(batch))
        return done

    def _let_go(self, raw: Raw, known: tuple[str, datetime] | None) -> bool:
        """Remove a raw file whose copy is kept: a sweep died before it could. Whether there was one."""
        if known is None or raw.touched_at > known[1]:
            return False
        try:
            self._archive.size(known[0])
        except (RecordingMissing, RecordingRefused, StorageFailed):
            return False
        return self._spool.remove(raw)

    def _over(self, names: Sequence[Named], raws: Mapping[str, Raw], now: datetime) -> Mapping[str, Ended]:
        """The legs that are over: their records came, or FreeSWITCH was killed and has them no more."""
        ended = dict(self._shelf.ended({name.leg for name in names}))
        quiet = [
            name for name in names if name.leg not in ended and now - raws[name.path].touched_at > ABANDONED
        ]
        legs = self._living() if quiet else None
        if legs is not None:
            for name in quiet:
                if name.leg not in legs:
                    ended[name.leg] = Ended(name.leg, raws[name.path].touched_at)
        return ended

    def _finish(
        self,
        batch: Sequence[Named],
        raws: Mapping[str, Raw],
        ended: Mapping[str, Ended],
        talks: Mapping[str, Sequence[Talk]],
        now: datetime,
        done: Finished,
    ) -> bool:
        """Finish a batch; whether the next one is worth trying."""
        there = self._shelf.calls({ended[name.leg].call for name in batch})
        names = {name.path: name for name in batch}
        orders = []
        for name in batch:
            over = ended[name.leg]
            if over.call in there:
                talk = talk_at(talks.get(over.call, ()), name.began)
                ends = {over.at, talk.left if talk else None, talk.over if talk else None} - {None}
                orders.append(Order(name.path, tuple(end - name.began for end in ends if end)))
            elif now - over.at < STRANGE:
                done.waiting.append(name.path)
            else:
                self._ring("stranger", name.path, now)
                done.aside += 1
        for pressed in self._press.press(orders):
            name = names[pressed.path]
            over = ended[name.leg]
            if pressed.problem == "full":
                self._ring("full", now.date().isoformat(), now, detail=pressed.note)
                return False
            talk = talk_at(talks.get(over.call, ()), name.began)
            mine = talk or Talk(call=over.call, number=0, began=name.began, left=None, over=None)
            fault = pressed.problem or amiss(name.began, pressed.length, mine, over.at)
            kept = Kept(pressed, over.call, name.began, mine.leg, mine.operator, fault)
            if not pressed.problem:
                try:
                    self._archive.put(pressed.kept, pressed.size, pressed.sha256)
                except StorageFailed as error:
                    self._ring("storage", now.date().isoformat(), now, detail=str(error))
                    return False
            self._shelf.keep(kept, now)
            self._tell(kept, now)
            if pressed.problem:
                done.aside += 1
                continue
            if not self._spool.remove(raws[pressed.path]):
                logger.warning(
                    "%s was written to after its leg was over; it is looked at again", pressed.path
                )
            done.kept += 1
            done.repaired += pressed.repaired
        return True

    def _tell(self, kept: Kept, now: datetime) -> None:
        pressed = kept.pressed
        if kept.fault:
            detail = pressed.note or f"{pressed.length.total_seconds():.1f} s"
            self._ring(kept.fault, pressed.path, now, call=kept.call, detail=detail)
        if pressed.repaired:
            self._ring("repaired", pressed.path, now, call=kept.call, detail=pressed.note)

    def _ring(self, kind: str, subject: str, now: datetime, *, call: str = "", detail: str = "") -> None:
        if self._alarms.ring(Alarm(kind, subject, call, detail), now):
            logger.warning("recordings: %s %s %s", kind, subject, detail)
