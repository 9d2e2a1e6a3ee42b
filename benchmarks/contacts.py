"""Contacts at scale, on both databases: a sheet taken in and given out, callers looked up, searches."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure, Table, Target, percentile
from benchmarks.scale import Scale
from fsbridge.adapters.contactfile import encoded, lacking, parsed
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.services.contact_export import export
from fsbridge.services.contact_import import ContactImport
from fsbridge.services.contacts import Contacts
from tests.adapters.store.postgres import Postgres, program

IMPORT = Target("≤", 30, " s")
LOOK_UP = Target("<", 1, " ms")
_LOOK_UPS = 5000
_SEARCHES = {
    "by the beginning of a reading": "ほくりく{}",
    "by part of a number": "2{}",
    "by part of a name": "設備{}",
}


def measure(scale: Scale, say: Callable[[str], None]) -> Table:
    """Every database there is, one after the other."""
    title = f"Contacts: {scale.contacts:,} from a CSV file, two in three with tags, half with two numbers"
    table = Table("contacts", title)
    for name, url in _databases(say):
        say(f"contacts on {name}")
        store = Store(url)
        store.migrate()
        table.figures += _measured(name, store, scale.contacts)
        store.close()
    return table


def _databases(say: Callable[[str], None]) -> Iterator[tuple[str, str]]:
    folder = Path(tempfile.mkdtemp(prefix="fsbridge-contacts-"))
    try:
        yield "SQLite", f"sqlite:///{folder}/centre.sqlite3"
    finally:
        shutil.rmtree(folder)
    if not program("postgres"):
        say("no PostgreSQL on this machine")
        return
    with _postgres() as url:
        yield "PostgreSQL", url


@contextmanager
def _postgres() -> Iterator[str]:
    server = Postgres()
    try:
        server.create()
        server.start()
        yield server.url(server.database())
        server.stop()
    finally:
        server.remove()


def _measured(name: str, store: Store, count: int) -> Iterator[Figure]:
    book, plan = StoredContacts(store), PhoneNumbers("JP")
    contacts = Contacts(book, plan)
    content = encoded(_rows(count), "utf-8")

    began = time.perf_counter()
    sheet = parsed(content)
    taking = ContactImport(book, plan)
    report = taking.run(sheet.heading, sheet.rows, by="bench", now=datetime.now(UTC), source="bench.csv")
    yield Figure(f"{name}: import", time.perf_counter() - began, "s", target=IMPORT)
    assert report.written
    assert report.added == count

    known = random.Random(1)
    spent = [_spent(lambda: contacts.caller(_mobile(known.randrange(count)))) for _ in range(_LOOK_UPS)]
    yield Figure(f"{name}: look-up of a caller, median", median(spent), "ms")
    yield Figure(f"{name}: look-up of a caller, 99 in 100", percentile(spent, 0.99), "ms", target=LOOK_UP)
    strangers = [_spent(lambda: contacts.caller(f"03{known.randrange(10**8):08}")) for _ in range(_LOOK_UPS)]
    yield Figure(
        f"{name}: look-up of a stranger, 99 in 100", percentile(strangers, 0.99), "ms", target=LOOK_UP
    )

    for what, text in _SEARCHES.items():
        asked = [text.format(known.randrange(count)) for _ in range(20)]
        searches = [_spent(partial(contacts.find, one)) for one in asked]
        yield Figure(f"{name}: search {what}, 95 in 100", percentile(searches, 0.95), "ms")

    began = time.perf_counter()
    rows, lost = export(contacts.everything(), "ja", lambda text, field: lacking(text, "shift_jis", field))
    encoded(rows, "shift_jis")
    yield Figure(f"{name}: export in Shift_JIS", time.perf_counter() - began, "s")
    assert not lost
    assert len(rows) == count + 1


def _spent(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _mobile(at: int) -> str:
    return f"090{1000 + at // 10_000:04}{at % 10_000:04}"


def _rows(count: int) -> Iterator[list[str]]:
    yield ["名前", "フリガナ", "会社・団体", "電話番号1", "番号の種類1", "電話番号2", "タグ", "備考"]
    for at in range(count):
        second = f"076-{220 + at // 10_000:03}-{at % 10_000:04}" if at % 2 else ""
        yield [
            f"北陸設備{at}",
            f"ホクリク セツビ{at}",
            "北陸グループ",
            _mobile(at),
            "携帯",
            second,
            "業者;水道" if at % 3 else "",
            "夜間は留守番電話" if at % 5 == 0 else "",
        ]
