"""A handover makes an equal system of an empty one, from SQLite to PostgreSQL and back."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from fsbridge.adapters.handover.columns import NEVER, SECRETS, columns_of, tables
from fsbridge.adapters.handover.newcase import CaseWriter
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry, Setting
from fsbridge.config import Settings, load
from fsbridge.handing import compare, export, take_in, verify
from fsbridge.services.handover import HandoverError, Manifest
from tests.adapters.handover.everything import NOON, dumped, fill, path_of
from tests.adapters.handover.test_checking import forged
from tests.adapters.store.postgres import Postgres
from tests.adapters.store.test_backup import write_beside


def quiet(name: str, count: int) -> None:
    """Nobody looks."""


def home(folder: Path, url: str = "") -> Settings:
    return load(home=folder, environment={"FSBRIDGE_DATABASE": url} if url else {})


def recordings(settings: Settings) -> Path:
    return settings.switch_folder / "recordings"


def write(settings: Settings, store: Store, to: Path, *, secrets: bool = False) -> Manifest:
    return export(settings, store, to, by="sato", at=NOON, secrets=secrets, tell=quiet)


def made(store: Store, folder: Path) -> Settings:
    """A centre with a row of everything and a file of each kind."""
    settings = home(folder)
    fill(store, recordings(settings))
    for path, text in {
        "certificates/purge-000001.jsonl": '{"purge": 1}\n',
        "sounds/published/8000/greeting.wav": "RIFF",
        "sounds/spoken/48000/ab12.wav": "RIFF",
        "switch/cdr/done/2027-04-01/7f1c.cdr.json": "{}",
        "switch/cdr/9a.cdr.json": "{}",
        "switch/recordings/2027-04-02/99-1806541200250000.wav": "RIFF",
        "labels.toml": 'title = "窓口"\n',
        "fsbridge.toml": f'zone = "Asia/Tokyo"\n[speech]\nreadings = "{settings.home}/readings.toml"\n',
    }.items():
        (settings.home / path).parent.mkdir(parents=True, exist_ok=True)
        (settings.home / path).write_text(text, "utf-8")
    return settings


@pytest.fixture
def centre(young: Store, tmp_path: Path) -> Settings:
    return made(young, tmp_path / "home")


def test_an_empty_system_becomes_equal(store: Store, tmp_path: Path, request: pytest.FixtureRequest):
    """To the other kind of database, and on to an SQLite file."""
    centre = made(store, tmp_path / "home")
    done = write(centre, store, tmp_path / "one", secrets=True)
    assert not done.troubles
    before, next_one = dumped(store), _next(store)
    store.close()
    second = Store(f"sqlite:///{tmp_path}/second.sqlite3")
    if store.kind == "sqlite":
        server: Postgres = request.getfixturevalue("postgres")
        second = Store(server.url(server.database()))
    second.migrate()
    theirs = home(tmp_path / "second")
    take_in(theirs, second, tmp_path / "one", by="tanaka", at=NOON, tell=quiet)
    after = dumped(second)
    for table in ("web_session", "seat"):  # what lets a browser go on is not handed over
        assert len(before.pop(table)) == len(after.pop(table))
    assert after == before
    assert _next(second) == next_one
    write(theirs, second, tmp_path / "two", secrets=True)
    assert compare(tmp_path / "one", tmp_path / "two") == []
    second.close()
    back = Store(f"sqlite:///{tmp_path}/back.sqlite3")
    back.migrate()
    third = home(tmp_path / "third")
    take_in(third, back, tmp_path / "two", by="tanaka", at=NOON, tell=quiet)
    write(third, back, tmp_path / "three", secrets=True)
    assert compare(tmp_path / "one", tmp_path / "three") == []
    for path in ("labels.toml", "switch/cdr/9a.cdr.json", f"switch/recordings/{path_of(10)}"):
        assert (third.home / path).read_bytes() == (centre.home / path).read_bytes()
    assert f"{third.home}/readings.toml" in (third.home / "fsbridge.toml").read_text()
    with back.writing():
        assert Setting.create(key="next", value=1, changed_at=NOON).id == 31
    back.close()


def _next(store: Store) -> int:
    from fsbridge.adapters.store.backup import next_number

    with store.reading() as database:
        return next_number(database, "setting")


def test_the_same_data_give_the_same_files(centre: Settings, young: Store, tmp_path: Path):
    write(centre, young, tmp_path / "one")
    with young.writing() as database:
        database.execute_sql("DELETE FROM audit_log WHERE subject = 'handover'")
    write(centre, young, tmp_path / "two")
    for path in sorted(one.relative_to(tmp_path / "one") for one in (tmp_path / "one").rglob("*")):
        if (tmp_path / "one" / path).is_file() and path.name != "MANIFEST.json":
            assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes(), path


def test_secrets_are_left_out_unless_asked_for(centre: Settings, young: Store, tmp_path: Path):
    write(centre, young, tmp_path / "without")
    write(centre, young, tmp_path / "with", secrets=True)
    for place in sorted(SECRETS | NEVER):
        table, _, column = place.partition(".")
        rows = {
            name: json.loads((tmp_path / name / "tables" / f"{table}.jsonl").read_text().splitlines()[0])
            for name in ("without", "with")
        }
        assert column not in rows["without"], place
        assert (column in rows["with"]) == (place in SECRETS), place


def test_nobody_gets_in_with_a_secret_that_was_left_out(centre: Settings, young: Store, tmp_path: Path):
    write(centre, young, tmp_path / "one")
    young.close()
    other = Store(f"sqlite:///{tmp_path}/other.sqlite3")
    other.migrate()
    take_in(home(tmp_path / "second"), other, tmp_path / "one", by="sato", at=NOON, tell=quiet)
    found = dumped(other)
    names = [one.name for one in columns_of("user_account")]
    assert {row[names.index("password")] for row in found["user_account"]} == {""}
    names = [one.name for one in columns_of("access_token")]
    assert [row[names.index("digest")] for row in found["access_token"]] == [
        f"handed over {number}" for number in (10, 20, 30)
    ]
    other.close()


def test_a_filled_system_takes_nothing_in(centre: Settings, young: Store, tmp_path: Path):
    write(centre, young, tmp_path / "one")
    before = dumped(young)
    with pytest.raises(HandoverError, match="only an empty system"):
        take_in(home(tmp_path / "second"), young, tmp_path / "one", by="sato", at=NOON, tell=quiet)
    assert dumped(young) == before
    assert not (tmp_path / "second").exists()


def test_what_is_written_meanwhile_is_not_in_it(store: Store, url: str, tmp_path: Path):
    centre = made(store, tmp_path / "home")
    wrote: list[str] = []

    def meanwhile(name: str, count: int) -> None:
        if not wrote:
            wrote.append(name)
            write_beside(url, "INSERT INTO setting (key, value, changed_at) VALUES ('meanwhile', '1', 1)")

    export(centre, store, tmp_path / "one", by="sato", at=NOON, secrets=False, tell=meanwhile)
    assert wrote
    assert "meanwhile" not in (tmp_path / "one" / "tables" / "setting.jsonl").read_text()


def test_rows_that_a_database_refuses_leave_nothing(
    centre: Settings, young: Store, tmp_path: Path, empty_url: str
):
    """A handover that adds up, and breaks a rule that only the database knows."""
    write(centre, young, tmp_path / "one")
    young.close()
    other = Store(empty_url)
    other.migrate()
    second = home(tmp_path / "second")
    forged(tmp_path / "one", "tier", lambda row: {**row, "level": 0})
    with pytest.raises(HandoverError, match="nothing was changed"):
        take_in(second, other, tmp_path / "one", by="sato", at=NOON, tell=quiet)
    assert not any(dumped(other).values())
    # begin again with what is right: the files that are there already are no hindrance
    forged(tmp_path / "one", "tier", lambda row: {**row, "level": 1})
    take_in(second, other, tmp_path / "one", by="sato", at=NOON, tell=quiet)
    assert len(dumped(other)["tier"]) == 3
    other.close()


def test_an_interrupted_export_is_gone_on_with(centre: Settings, young: Store, tmp_path: Path):
    def die(name: str, count: int) -> None:
        if name == "cdr":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(centre, young, tmp_path / "one", by="sato", at=NOON, secrets=False, tell=die)
    part = tmp_path / ".one.partial"
    assert not (tmp_path / "one").exists()
    copied = (part / "recordings" / path_of(10)).stat().st_ino
    (part / "recordings" / "left.over").write_bytes(b"of an earlier moment")
    write(centre, young, tmp_path / "one")
    assert (tmp_path / "one" / "recordings" / path_of(10)).stat().st_ino == copied
    assert not part.exists()
    assert verify(tmp_path / "one", quiet)[1] == []


def test_a_handover_overwrites_nothing(centre: Settings, young: Store, tmp_path: Path):
    (tmp_path / "one").mkdir()
    with pytest.raises(HandoverError, match="overwrites nothing"):
        write(centre, young, tmp_path / "one")


def test_two_do_not_write_one_handover(centre: Settings, young: Store, tmp_path: Path):
    with CaseWriter(tmp_path / "one"), pytest.raises(HandoverError, match="another process writes"):
        write(centre, young, tmp_path / "one")


def test_a_system_with_files_of_its_own_takes_nothing_in(centre: Settings, young: Store, tmp_path: Path):
    write(centre, young, tmp_path / "one")
    young.close()
    other = Store(f"sqlite:///{tmp_path}/other.sqlite3")
    other.migrate()
    second = home(tmp_path / "second")
    recordings(second).mkdir(parents=True)
    (recordings(second) / "mine.wav").write_bytes(b"RIFF")
    with pytest.raises(HandoverError, match=r"recordings holds files .* \(mine.wav, …\)"):
        take_in(second, other, tmp_path / "one", by="sato", at=NOON, tell=quiet)
    assert not any(dumped(other).values())
    other.close()


def test_both_sides_write_it_into_the_audit_log(centre: Settings, young: Store, tmp_path: Path):
    write(centre, young, tmp_path / "one", secrets=True)
    with young.reading():
        (row,) = AuditEntry.select().where(AuditEntry.subject == "handover")
    assert (row.actor, row.action, row.after["secrets"]) == ("sato", "exported", True)
    assert row.after["manifest"] == hashlib.sha256((tmp_path / "one/MANIFEST.json").read_bytes()).hexdigest()


def test_two_handovers_that_differ_are_told_apart(centre: Settings, young: Store, tmp_path: Path):
    write(centre, young, tmp_path / "one")
    (centre.home / "labels.toml").write_text("", "utf-8")
    with young.writing():
        Setting.update(value=2).where(Setting.id == 10).execute()
        AuditEntry.update(actor="?").where(AuditEntry.id == 20).execute()
    write(centre, young, tmp_path / "two")
    assert compare(tmp_path / "one", tmp_path / "two") == [
        "audit_log: 3 rows and 4 are not the same; first at row 20",
        "setting: 2 rows and 2 are not the same",
        "settings/labels.toml: is not the same",
    ]


def test_a_verified_handover_has_no_trouble(centre: Settings, young: Store, tmp_path: Path):
    write(centre, young, tmp_path / "one")
    manifest, troubles = verify(tmp_path / "one", quiet)
    assert troubles == []
    assert manifest.rows == 3 * len(tables()) - 1


def test_a_recording_that_is_purged_meanwhile_is_no_trouble(centre: Settings, young: Store, tmp_path: Path):
    def purge(name: str, count: int) -> None:
        path = recordings(centre) / path_of(10)
        if name == "job" and path.exists():  # the last table
            path.unlink()
            write_beside(young.url, "UPDATE recording SET purged_at = 1 WHERE id = 10")

    done = export(centre, young, tmp_path / "one", by="sato", at=NOON, secrets=False, tell=purge)
    assert [(one.what, one.grave) for one in done.troubles] == [("it went while this was written", False)]
    assert not [one for one in verify(tmp_path / "one", quiet)[1] if one.grave]
