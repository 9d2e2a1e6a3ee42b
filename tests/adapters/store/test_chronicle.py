"""What the store knows of a period beside calls, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.chronicle import StoredChronicle
from fsbridge.adapters.store.emergencies import StoredEmergencies
from fsbridge.adapters.store.models import AuditEntry, Call, Operator, Purge, Recording, RecordingAlarm
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.adapters.store.pulses import StoredPulse
from fsbridge.adapters.store.sent import StoredSent
from fsbridge.domain.emergency import Emergency
from fsbridge.domain.figures import Window
from fsbridge.services.posting import Attachment, Letter
from fsbridge.services.pulse import Missed

APRIL = datetime(2027, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MONTH = Window(APRIL, APRIL + 30 * DAY)


def test_recordings_are_counted_by_when_they_were_made_and_purged(store: Store) -> None:
    with store.writing():
        call = Call.create(uuid="c", direction="inbound", started_at=APRIL)
        purge = Purge.create(
            started_at=APRIL + DAY, ended_at=APRIL + DAY, cutoff=APRIL, rule={}, author="a", removed=1,
            failed=1, size=10, certificate="purge-000001.jsonl", sha256="ab",
        )  # fmt: skip
        for number, (at, size, purged) in enumerate(
            [(APRIL - DAY, 10, APRIL + DAY), (APRIL, 20, None), (APRIL + DAY, 30, APRIL + 40 * DAY)]
        ):
            Recording.create(
                path=f"{number}.wav", call=call, started_at=at, size=size, purged_at=purged,
                purge=purge if purged else None,
            )  # fmt: skip
    chronicle = StoredChronicle(store)
    april, may = chronicle.recordings([MONTH, Window(MONTH.end, MONTH.end + 30 * DAY)])
    assert (april.made, april.size, april.purged, april.purged_size) == (2, 50, 1, 10)
    assert (april.kept, april.kept_size, april.failed) == (2, 50, 1)
    assert (may.made, may.purged, may.kept, may.kept_size) == (0, 1, 1, 20)
    (found,) = chronicle.purges(MONTH)
    assert (found.removed, found.failed, found.certificate, found.sha256) == (
        1,
        1,
        "purge-000001.jsonl",
        "ab",
    )
    assert not chronicle.purges(Window(MONTH.end, MONTH.end + DAY))


def test_incidents_are_what_was_out_of_the_ordinary(store: Store) -> None:
    StoredPlan(store).save(example("kanazawa").plan, by="sato", at=APRIL - DAY)
    board = StoredEmergencies(store)
    board.put(Emergency("leak", "断水です。", "", "sato", APRIL, APRIL + DAY, "本管漏水"))
    board.drop("leak", APRIL + timedelta(hours=2), by="suzuki", why="復旧")
    with store.writing():
        RecordingAlarm.create(kind="none", subject="7f1c/1", raised_at=APRIL + DAY, acknowledged_by="suzuki")
        AuditEntry.create(at=APRIL + DAY, actor="x", action="changed", subject="contact", which="3")
        RecordingAlarm.create(kind="none", subject="later", raised_at=MONTH.end)
    chronicle = StoredChronicle(store)
    noted = chronicle.incidents(MONTH, 10)
    assert [(one.what, one.subject, one.text, one.who) for one in noted.incidents] == [
        ("emergency on", "漏水・緊急", "本管漏水", "sato"),
        ("emergency off", "漏水・緊急", "復旧", "suzuki"),
        ("alarm", "7f1c/1", "none", "suzuki"),
    ]
    few = chronicle.incidents(MONTH, 1)
    assert ([one.what for one in few.incidents], few.left_out) == (["alarm"], 2)


def test_the_service_s_outages_come_from_its_pulse(store: Store) -> None:
    chronicle, book = StoredChronicle(store), StoredPulse(store)
    assert chronicle.watched_from() is None
    book.beat(APRIL)
    book.beat(APRIL + DAY)
    assert (chronicle.watched_from(), book.seen()) == (APRIL, APRIL + DAY)
    gap = Missed("link", APRIL + DAY, APRIL + DAY + timedelta(seconds=25), "closed")
    across = Missed("program", MONTH.end - DAY, MONTH.end + DAY)
    assert [book.missed(one) for one in (gap, across, gap)] == [True, True, False]
    book.drifted(APRIL + 2 * DAY, 3)
    link, program = chronicle.outages(MONTH)
    assert (link.kind, link.length, link.reason) == ("link", timedelta(seconds=25), "closed")
    assert (program.start, program.end) == (across.since, MONTH.end), "cut at the end of the window"
    (rest,) = chronicle.outages(Window(MONTH.end, MONTH.end + 30 * DAY))
    assert rest.length == DAY
    assert [(one.what, one.text) for one in chronicle.incidents(MONTH, 9).incidents] == [
        ("link", "closed"), ("drift", "3"),
    ]  # fmt: skip


def test_operator_ids_are_those_registered_at_the_time(store: Store) -> None:
    with store.writing():
        Operator.create(key="a", name="a", registered_at=APRIL - DAY)
        Operator.create(key="b", name="b", registered_at=APRIL - DAY, retired_at=APRIL)
        Operator.create(key="c", name="c", registered_at=APRIL + DAY)
    chronicle = StoredChronicle(store)
    assert [chronicle.registered(at) for at in (APRIL - DAY / 2, APRIL + DAY / 2, MONTH.end)] == [2, 1, 2]


def test_the_first_call_is_when_records_begin(store: Store) -> None:
    with store.writing():
        for at in (APRIL + DAY, APRIL):
            Call.create(uuid=str(at), direction="inbound", started_at=at)
    assert StoredChronicle(store).first_call() == APRIL


def test_the_log_of_mailed_reports_knows_what_went_to_whom(store: Store) -> None:
    book = StoredSent(store)
    letter = Letter("daily 2027-04-01", "s", "t", (Attachment("a.pdf", "application/pdf", b"x"),))
    book.failed(letter.key, "a@x.jp", APRIL, "mailbox full")
    book.failed(letter.key, "a@x.jp", APRIL + DAY, "mailbox full")
    book.sent(letter, "b@x.jp", APRIL, "fsbridge")
    tried = book.attempts(letter.key, "a@x.jp")
    assert (tried.sent, tried.failures, tried.last) == (False, 2, APRIL + DAY)
    assert book.attempts(letter.key, "b@x.jp").sent
    assert book.attempts("daily 2027-04-02", "b@x.jp").last is None
    latest = book.latest(2)
    assert [row.action for row in latest] == ["could not send", "sent"]
    assert latest[1].after["files"] == {"a.pdf": letter.files[0].sha256}
