"""The composition of recordings: finished after the call, expected, checked, paused, their room watched."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fsbridge.adapters.recordings.archive import PEAKS, archive_of
from fsbridge.adapters.recordings.live import LiveRecordings
from fsbridge.adapters.recordings.peakfiles import PeakFiles
from fsbridge.adapters.recordings.press import ChildPress
from fsbridge.adapters.recordings.room import room_at
from fsbridge.adapters.recordings.spool import RawFolder
from fsbridge.app import password_of
from fsbridge.config import Settings
from fsbridge.domain.recordingalarms import Alarm
from fsbridge.domain.recordings import Talk
from fsbridge.domain.recordingspace import LOOKED_AT, Forecast, forecast
from fsbridge.errors import FsbridgeError
from fsbridge.esl import Link
from fsbridge.services.recordings import Recordings
from fsbridge.services.recordings_check import Check, Expecting, Report
from fsbridge.services.recordings_finish import Finished, Finisher
from fsbridge.services.recordings_pause import Pausing

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store

logger = logging.getLogger(__name__)

Living = Callable[[], Collection[str] | None]
Progress = Callable[[int], object]


class RecordingCare:
    """Everything that is done with a centre's recordings once they are made.

    `living` names the legs FreeSWITCH has now, None while it cannot be asked; without it, it is asked over a
    connection of its own, and only when a call seems to have ended without a record.
    """

    def __init__(self, settings: Settings, store: Store, *, living: Living | None = None) -> None:
        from fsbridge.adapters.store.alarms import StoredAlarms
        from fsbridge.adapters.store.recording_shelf import RecordingShelf

        self.folder = folder_of(settings)
        self.shelf = RecordingShelf(store)
        self.alarms = StoredAlarms(store)
        self.spool = RawFolder(self.folder)
        self.archive = archive_of(settings.recordings.storage, self.folder)
        self._settings = settings
        self._store = store
        self._living = living or (lambda: living_legs(settings))

    def finish(
        self, now: datetime, *, everything: bool = False, on_progress: Progress = lambda count: None
    ) -> Finished:
        """Finish the recordings of calls that are over, and ring for talks that have none.

        Where no FreeSWITCH was rendered and nothing was ever recorded, nothing is done.
        """
        if not (self._settings.switch_folder / "conf").is_dir() and not any(self.spool.files()):
            return Finished()
        kind = self._settings.recordings.format
        press = ChildPress(self.folder, kind)
        finisher = Finisher(self.shelf, self.spool, press, self.archive, self.alarms, living=self._living)
        done = finisher.sweep(now, everything=everything, on_progress=on_progress)
        self.expecting().look(now, waiting=done.waiting)
        return done

    def check(
        self,
        now: datetime,
        *,
        deep: bool = False,
        repair: bool = False,
        back: timedelta = timedelta(days=7),
        on_progress: Progress = lambda count: None,
    ) -> Report:
        """Compare what is written down with what is there; `repair` finishes and tidies up first."""
        waiting: Collection[str] = ()
        mended = 0
        if repair:
            PeakFiles(self.folder / PEAKS).forget()
            done = self.finish(now, everything=True, on_progress=on_progress)
            waiting, mended = done.waiting, done.kept
        else:
            waiting = [raw.path for raw in self.spool.raw(None)]
        elsewhere = bool(self._settings.recordings.storage)
        check = Check(self.shelf, self.spool, self.archive, self.alarms, elsewhere=elsewhere)
        report = check.run(now, deep=deep, repair=repair, on_progress=on_progress)
        report.talks, troubles = self.expecting().look(now, waiting=waiting, back=back)
        for trouble in troubles:
            report.add(trouble)
        report.repaired += mended
        return report

    def forecast(self, now: datetime, zone: tzinfo) -> Forecast:
        """The room on the volume recordings are made on, and how long it lasts."""
        today = now.astimezone(zone).date()
        days = [(today - timedelta(days=ago)).isoformat() for ago in range(LOOKED_AT, 0, -1)]
        added = self.shelf.added(now - timedelta(days=LOOKED_AT + 1), zone)
        first = min(added, default="")
        return forecast(room_at(self.folder), [added.get(day, 0) for day in days if first and day >= first])

    def watch(self, now: datetime, zone: tzinfo) -> str:
        """Ring, once a day, if the room does not last long; what was found, in words."""
        found = self.forecast(now, zone)
        if found.level == "well":
            return ""
        days = "none" if found.days is None else found.days
        said = f"{found.room.free / 1e9:.1f} GB free, {found.room.share:.0%}; days left: {days}"
        self.alarms.ring(Alarm("space", now.astimezone(zone).date().isoformat(), detail=said), now)
        return said

    def expecting(self) -> Expecting:
        """Which talks must be recorded: those of the plan's queues that record, and outgoing ones."""
        return Expecting(self.shelf, self.alarms, self._must())

    def _must(self) -> Callable[[Talk], bool]:
        from fsbridge.adapters.store.plan import StoredPlan

        plans = StoredPlan(self._store)
        silent = {queue.key for queue in plans.load().queues if not queue.record} if plans.exists() else set()
        return lambda talk: talk.queue not in silent


def giving_of(settings: Settings, store: Store) -> Recordings:
    """The recordings of a centre, for whoever may hear them."""
    from fsbridge.adapters.store.recording_library import RecordingLibrary

    return Recordings(RecordingLibrary(store), archive_of(settings.recordings.storage, folder_of(settings)))


def folder_of(settings: Settings) -> Path:
    """Where FreeSWITCH records to."""
    return settings.switch_folder / "recordings"


def told(done: Finished) -> str:
    """What a sweep did, in words; empty if it did nothing.

    >>> told(Finished(kept=3, repaired=1))
    '3 kept, 1 of them repaired, 0 put aside'
    """
    if not (done.kept or done.aside):
        return ""
    return f"{done.kept} kept, {done.repaired} of them repaired, {done.aside} put aside"


def end_forgotten(settings: Settings, store: Store, now: datetime, longest: timedelta) -> str:
    """Record again what was paused for longer than this; which calls, in words."""
    from fsbridge.adapters.store.recording_pauses import StoredPauses

    if not any(now - since >= longest for since in StoredPauses(store).open().values()):
        return ""
    with pausing_of(settings, store) as one:
        return ", ".join(f"{call} is recorded again" for call in one.end_forgotten(now, longest))


@contextmanager
def pausing_of(settings: Settings, store: Store) -> Iterator[Pausing]:
    """The pausing of recordings, over a connection to FreeSWITCH of its own."""
    with _linked(settings) as link:
        yield pausing(link.api, store)


def pausing(api: Callable[..., str], store: Store) -> Pausing:
    """The pausing of recordings over a connection to FreeSWITCH that is there."""
    from fsbridge.adapters.store.recording_pauses import StoredPauses

    return Pausing(LiveRecordings(api), StoredPauses(store))


def living_legs(settings: Settings) -> Collection[str] | None:
    """The legs FreeSWITCH has now; None, said in the log, if it cannot be asked."""
    from fsbridge.adapters.callcenter import Callcenter

    try:
        with _linked(settings) as link:
            return {row.uuid for row in Callcenter(link.api).channels() if not row.ended}
    except FsbridgeError as error:
        logger.warning("whether calls without a record are over is asked later: %s", error)
        return None


@contextmanager
def _linked(settings: Settings, within: float = 3.0) -> Iterator[Any]:
    switch = settings.switch
    link = Link(switch.host, switch.port, password_of(settings), timeout=within)
    link.start()
    try:
        link.wait_ready(within)
        yield link
    finally:
        link.stop()
