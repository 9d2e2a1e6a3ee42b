"""Recordings that should be there and are not, and files that should not be: looked for, and said aloud."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from os import stat_result
from typing import Protocol

from fsbridge.domain.recordingalarms import Alarm
from fsbridge.domain.recordings import RAW, TOLERANCE, Talk, named, talk_at
from fsbridge.services.recordings_finish import Alarms, StorageFailed
from fsbridge.services.retention import Found, RecordingMissing, RecordingRefused

GRACE = timedelta(seconds=20)
"""After its end a call is given so long for its recording to be finished."""
BACK = timedelta(days=2)
"""Calls that ended so long ago are still expected to have theirs."""
PAGE = 1000
MOST = 100
"""Troubles of a kind that ring one by one, and are told; of more it is only said how many there are."""
PART = ".part"
_STALE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that was found to be wrong, of a kind that alarms have too (or ``part``, ``orphan``).

    >>> Trouble("missing", "2027-04-01/7f1c-1806541200250000.flac").call
    ''
    """

    kind: str
    subject: str
    call: str = ""
    detail: str = ""


@dataclass(slots=True)
class Report:
    """What a check looked at, and found.

    >>> Report().well
    True
    """

    recordings: int = 0
    files: int = 0
    talks: int = 0
    repaired: int = 0
    troubles: list[Trouble] = field(default_factory=list)
    """What is wrong, the first hundred of each kind."""
    counts: dict[str, int] = field(default_factory=dict)
    """How much is wrong of each kind."""

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.counts

    def add(self, trouble: Trouble) -> None:
        """Note what is wrong."""
        self.counts[trouble.kind] = self.counts.get(trouble.kind, 0) + 1
        if self.counts[trouble.kind] <= MOST:
            self.troubles.append(trouble)


class Register(Protocol):
    """What is written down of calls and their recordings."""

    def talks_between(self, since: datetime, until: datetime) -> Mapping[str, Sequence[Talk]]: ...
    def recorded(self, calls: Collection[str]) -> Mapping[str, Sequence[datetime]]: ...
    def kept(self, after: int, limit: int) -> Sequence[tuple[int, str, str, int, str]]: ...
    def known(self, paths: Collection[str]) -> Collection[str]: ...


class Files(Protocol):
    """The folder FreeSWITCH records into."""

    def files(self, since: date | None = None) -> Iterable[tuple[str, stat_result]]: ...
    def drop(self, path: str) -> bool: ...


class Keeping(Protocol):
    """Where recordings are kept. RecordingMissing, RecordingRefused, StorageFailed."""

    def size(self, path: str) -> int: ...
    def look(self, path: str) -> Found: ...


class Expecting:
    """Each talk that must be recorded is: one that is not, is an alarm within a minute of the call's end."""

    def __init__(self, register: Register, alarms: Alarms, must: Callable[[Talk], bool]) -> None:
        self._register = register
        self._alarms = alarms
        self._must = must

    def look(
        self, now: datetime, *, waiting: Collection[str] = (), back: timedelta = BACK
    ) -> tuple[int, list[Trouble]]:
        """The talks of calls that ended in the time before `now`: how many, and those without a recording.

        `waiting` are raw files that are there and not finished yet: nothing is said about their talks.
        """
        names = [name for path in waiting if (name := named(path))]
        talks = self._register.talks_between(now - back, now - GRACE)
        recorded = self._register.recorded(talks.keys())
        looked_at, troubles = 0, []
        for call, those in talks.items():
            begun = [*recorded.get(call, ()), *(name.began for name in names)]
            found = {id(talk_at(those, at)) for at in begun}
            for talk in those:
                if not self._must(talk) or _too_short(talk):
                    continue
                looked_at += 1
                if id(talk) not in found:
                    trouble = Trouble("none", f"{call}/{talk.number}", call, talk.operator)
                    troubles.append(trouble)
                    self._alarms.ring(Alarm(trouble.kind, trouble.subject, call, trouble.detail), now)
        return looked_at, troubles


class Check:
    """Everything that is written down compared with everything that is there."""

    def __init__(
        self, register: Register, files: Files, keeping: Keeping, alarms: Alarms, *, elsewhere: bool
    ) -> None:
        self._register = register
        self._files = files
        self._keeping = keeping
        self._alarms = alarms
        self._elsewhere = elsewhere

    def run(
        self,
        now: datetime,
        *,
        deep: bool = False,
        repair: bool = False,
        on_progress: Callable[[int], object] = lambda count: None,
    ) -> Report:
        """Look at every recording and every file; `deep` reads each again and compares its hash.

        `repair` removes what a process that was killed left half written, nothing else. What has gone or
        changed becomes an alarm. StorageFailed if where they are kept cannot be reached.
        """
        report = Report()
        self._recordings(report, deep, on_progress)
        self._strays(report, now, repair)
        for kind, count in report.counts.items():
            if kind in ("missing", "changed") and count > MOST:
                detail = f"{count} recordings are {kind}: is their folder mounted, is it the right one?"
                self._alarms.ring(Alarm("storage", now.date().isoformat(), detail=detail), now)
        for trouble in report.troubles:
            if trouble.kind in ("missing", "changed") and report.counts[trouble.kind] <= MOST:
                self._alarms.ring(Alarm(trouble.kind, trouble.subject, trouble.call, trouble.detail), now)
        return report

    def _recordings(self, report: Report, deep: bool, on_progress: Callable[[int], object]) -> None:
        last = 0
        while rows := self._register.kept(last, PAGE):
            last = rows[-1][0]
            for _, call, path, size, sha256 in rows:
                report.recordings += 1
                trouble = self._wrong(path, size, sha256, deep)
                if trouble:
                    report.add(Trouble(trouble[0], path, call, trouble[1]))
            on_progress(len(rows))

    def _wrong(self, path: str, size: int, sha256: str, deep: bool) -> tuple[str, str] | None:
        try:
            found = self._keeping.look(path) if deep else Found(self._keeping.size(path), sha256)
        except RecordingMissing:
            return "missing", ""
        except RecordingRefused as error:
            return "changed", str(error)
        if found.size != size:
            return "changed", f"{found.size} bytes instead of {size}"
        return ("changed", f"sha256 {found.sha256}") if found.sha256 != sha256 else None

    def _strays(self, report: Report, now: datetime, repair: bool) -> None:
        """Files nobody wrote down: half-written ones, copies whose sweep died, and strangers."""
        strays, raws = [], set()
        for path, status in self._files.files():
            report.files += 1
            if path.endswith(RAW):
                raws.add(path.rpartition(".")[0])
            elif path.endswith(PART):
                if now.timestamp() - status.st_mtime > _STALE.total_seconds():
                    if repair and self._files.drop(path):
                        report.repaired += 1
                    else:
                        report.add(Trouble("part", path))
            else:
                strays.append(path)
        for at in range(0, len(strays), PAGE):
            page = strays[at : at + PAGE]
            known = self._register.known(page)
            for path in page:
                stem = path.rpartition(".")[0]
                if (
                    path not in known and stem not in raws
                ):  # with its raw file it is only not written down yet
                    report.add(Trouble("orphan", path))
                elif path in known and self._elsewhere and repair and self._is_kept(path):
                    report.repaired += self._files.drop(path)

    def _is_kept(self, path: str) -> bool:
        try:
            return self._keeping.size(path) > 0
        except (RecordingMissing, RecordingRefused, StorageFailed):
            return False


def _too_short(talk: Talk) -> bool:
    """Whether a talk was over before there was anything to record."""
    return talk.left is not None and talk.left - talk.began < TOLERANCE
