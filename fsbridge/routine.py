"""The composition of routine work: what comes round by itself, and the purge of recordings."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from fsbridge.adapters.jobs import Clockwork
from fsbridge.adapters.recordings import CertificateFolder, RecordingFolder
from fsbridge.attending import operators_of, reached, unreachable
from fsbridge.config import Settings
from fsbridge.domain.timetable import Daily, Every
from fsbridge.following import plan_in, store_there
from fsbridge.posting import mail_job, pulse_job
from fsbridge.recording import Living, RecordingCare, end_forgotten
from fsbridge.recording import told as finished
from fsbridge.services.emergency import expire
from fsbridge.services.jobs import Job, JobInterrupted, Jobs
from fsbridge.services.retention import Certificate, Purge
from fsbridge.services.tiers import Distributor, Tiers

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store
    from fsbridge.app import Watch

logger = logging.getLogger(__name__)

Work = Callable[[datetime], str]
"""What a job does at a moment; answers what it did, in words."""
RECORDINGS = "recordings"
"""The key of the job that finishes recordings; whoever does it by hand takes the same lease."""
PURGE = "purge"
"""The key of the job that takes recordings away; whoever does it by hand takes the same lease."""
_LOOK_BACK = timedelta(days=40)
"""Nights whose figures were not counted are made up for so long."""


def jobs_of(
    settings: Settings,
    store: Store,
    *,
    change_season: Work | None = None,
    aggregate: Work | None = None,
    free_seats: Work | None = None,
    living: Living | None = None,
    more: Iterable[Job] = (),
) -> Jobs:
    """The centre's jobs. Whoever runs FreeSWITCH's side says how seasons change and seats are freed there.

    `living` names the legs FreeSWITCH has; without it, it is asked over a connection of its own.

    Daily ones go by the clock of the centre's zone.
    """
    from fsbridge.adapters.store.emergencies import StoredEmergencies
    from fsbridge.adapters.store.jobs import StoredJobs
    from fsbridge.adapters.store.plan import StoredPlan

    zone = zone_of(settings, store)
    ending = threading.Event()

    def overrides(now: datetime) -> str:
        ended = StoredPlan(store).end_expired(now)
        done = [f"override {name} expired" for name in ended]
        return ", ".join(filter(None, [*done, expire(StoredEmergencies(store), now)]))

    def go_on(_done: int) -> None:
        if ending.is_set():
            raise JobInterrupted("interrupted; it goes on when the jobs are served again")

    def purge(now: datetime) -> str:
        with purge_of(settings, store) as purging:
            return told(purging.run(now, by="fsbridge", why="nightly", on_progress=go_on))

    def finish(now: datetime) -> str:
        keeping = RecordingCare(settings, store, living=living)
        silence = timedelta(seconds=settings.recordings.silence)
        resumed = end_forgotten(settings, store, now, silence) if silence else ""
        return "; ".join(filter(None, [finished(keeping.finish(now, on_progress=go_on)), resumed]))

    def check(now: datetime) -> str:
        report = RecordingCare(settings, store, living=living).check(now, repair=True, on_progress=go_on)
        return ", ".join(f"{count} {kind}" for kind, count in report.counts.items())

    def room(now: datetime) -> str:
        return RecordingCare(settings, store, living=living).watch(now, zone)

    table = (
        Job("season", "シーズンの切替", "Apply the season's tiers", Every(60),
            change_season or _season(settings, store)),
        Job("seats", "応答のない席の解放", "Free dead seats", Every(3), free_seats or _seats(store)),
        Job("overrides", "期限切れの臨時変更・緊急ガイダンスの解除",
            "End expired overrides and emergency announcements", Every(60), overrides),
        Job("figures", "前日までの集計", "Keep the figures of days that are over", Daily(time(2, 20), zone),
            aggregate or _aggregate(store, zone)),
        Job(RECORDINGS, "通話録音の検証・圧縮", "Finish recordings of calls that are over",
            Every(10), finish),
        Job("check", "録音ファイルの点検", "See whether every recording is there",
            Daily(time(4, 10), zone), check),
        Job("room", "録音の保存先の空き容量", "Watch the room for recordings", Every(3600), room),
        Job(PURGE, "保存期間を過ぎた録音の消去", "Purge recordings whose time is over",
            Daily(time(3, 10), zone), purge),
        *filter(None, [mail_job(settings, store)]),
        *more,
    )  # fmt: skip
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
    return Jobs(table, StoredJobs(store), holder=holder, clock=utc_now, ending=ending)


def clockwork_of(
    settings: Settings, *, follow: Callable[[], object] | None = None, watch: Watch | None = None
) -> Clockwork | None:
    """What runs the jobs beside the calls; None, said in the log, without a centre in the store.

    `follow` makes FreeSWITCH go by the plan and season in force, over the connection that is there; what
    `watch` misses is noted.

    >>> from fsbridge.config import load
    >>> clockwork_of(load(home="/nowhere", environment={})) is None
    True
    """
    store = store_there(settings)
    if store is None or plan_in(store) is None:
        logger.warning("no jobs are run: the store holds no centre yet (`fsbridge init`)")
        return None

    def change_season(now: datetime) -> str:
        if follow is not None:
            follow()
        return ""

    more = [pulse_job(store, watch)] if watch is not None else []
    return Clockwork(
        jobs_of(settings, store, change_season=change_season if follow else None, more=more)
    )


@contextmanager
def purge_of(settings: Settings, store: Store) -> Iterator[Purge]:
    """The purge of a centre's recordings; ConfigError if their folder is not there."""
    from fsbridge.adapters.cdr.leftovers import CdrFolder
    from fsbridge.adapters.recordings.s3 import S3Archive
    from fsbridge.adapters.store.callrecords import CallRecords
    from fsbridge.adapters.store.recordings import StoredRecordings

    ledger = StoredRecordings(store)
    zone = zone_of(settings, store)
    path = recordings_folder(settings)
    if not ledger.some_paths(1, 0):  # nothing was ever recorded
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    records = CallRecords(store, CdrFolder(settings.switch_folder / "cdr"))
    storage = settings.recordings.storage
    with closing(S3Archive(storage, path) if storage else RecordingFolder(path)) as folder:
        rule = partial(ledger.rule, zone)
        yield Purge(ledger, folder, certificates_of(settings), rule, clock=utc_now, records=records)


def recordings_folder(settings: Settings) -> Path:
    """Where FreeSWITCH records to."""
    return settings.switch_folder / "recordings"


def certificates_of(settings: Settings) -> CertificateFolder:
    """Where certificates of purges are."""
    return CertificateFolder(settings.home / "certificates")


def zone_of(settings: Settings, store: Store) -> tzinfo:
    """The clock the centre lives by; that of the screen while there is no plan."""
    from fsbridge.adapters.store.plan import StoredPlan
    from fsbridge.domain.schedule.clock import zone_of as named

    plans = StoredPlan(store)
    return plans.load().schedule.clock if plans.exists() else named(settings.zone)


def told(certificate: Certificate) -> str:
    """A purge in words; empty if it had nothing to do.

    >>> told(Certificate(3, removed=180, size=864_000_000, file="purge-000003.jsonl"))
    '180 removed (864.0 MB), 0 missing, 0 failed: purge-000003.jsonl'
    """
    if not certificate.file:
        return ""
    return (
        f"{certificate.removed} removed ({certificate.size / 1e6:.1f} MB), {certificate.missing} missing, "
        f"{certificate.failed} failed: {certificate.file}"
    )


def utc_now() -> datetime:
    """The moment, aware."""
    return datetime.now(UTC)


def _season(settings: Settings, store: Store) -> Work:
    from fsbridge.adapters.store.plan import StoredPlan

    def change(now: datetime) -> str:
        plans = StoredPlan(store)
        if not plans.exists():
            return ""
        plan = plans.load()
        with reached(settings) as distributor:
            changes = Tiers(cast(Distributor, distributor)).apply(plan, plan.schedule.status(now).season)
        return str(changes) if changes else ""

    return change


def _seats(store: Store) -> Work:
    from fsbridge.adapters.store.plan import StoredPlan

    def free(now: datetime) -> str:
        plans = StoredPlan(store)
        if not plans.exists():
            return ""
        seats = operators_of(store, plans.load, unreachable("seats alone are looked at")).seats
        return ", ".join(f"seat {one.number} of {one.operator} freed" for one in seats.free_dead(now))

    return free


def _aggregate(store: Store, zone: tzinfo) -> Work:
    def count(now: datetime) -> str:
        from fsbridge.adapters.store.figure_days import FigureShelf
        from fsbridge.adapters.store.figures import StoredHistory
        from fsbridge.services.figures import Reporting

        yesterday = now.astimezone(zone).date() - timedelta(days=1)
        reporting = Reporting(StoredHistory(store), FigureShelf(store), str(zone))
        kept = list(reporting.aggregate_until(yesterday, now, first=yesterday - _LOOK_BACK))
        return f"{len(kept)} days kept, the last {kept[-1].day}" if kept else ""

    return count
