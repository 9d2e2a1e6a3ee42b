"""The administrator's commands in both languages, as programs and people use them."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import main
from fsbridge.adapters.speech import read_readings
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import AuditEntry, Contact, ContactNumber
from fsbridge.adapters.store.passwords import Passwords
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.config import load

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def fsbridge(home: Path) -> Run:
    def run(*words: str, lang: str = "ja", typed: str = "", more: dict[str, str] | None = None) -> Result:
        environment = {
            "FSBRIDGE_HOME": str(home),
            "FSBRIDGE_LANG": lang,
            "COLUMNS": "120",
            "FSBRIDGE_SPEECH_ENGINE": "tone",
        }
        environment |= more or {}
        result = CliRunner(env=environment).invoke(main, words, input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def kanazawa(fsbridge: Run) -> Run:
    assert fsbridge("init", "--example", "kanazawa").exit_code == 0
    return fsbridge


def as_json(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("at", "open_", "season", "announcement"),
    [
        ("2027-01-02T10:00", False, "normal", "new-year"),
        ("2027-03-01T08:30", True, "busy", ""),
        ("2027-02-28T18:00", False, "normal", "out-of-hours"),
        ("2027-02-28T08:59:59+00:00", True, "normal", ""),  # 17:59:59 in Kanazawa
        ("2027-02-28T09:00Z", False, "normal", "out-of-hours"),
    ],
)
def test_explain_answers_programs(kanazawa: Run, at: str, open_: bool, season: str, announcement: str):
    found = as_json(kanazawa("schedule", "explain", at, "--json"))
    assert (found["open"], found["season"], found["announcement"]) == (open_, season, announcement)
    assert found["rule"] == ("new-year" if announcement == "new-year" else season)


def test_explain_speaks_japanese_and_quotes_what_callers_hear(kanazawa: Run):
    said = kanazawa("schedule", "explain", "2027-01-02T10:00").stdout
    assert "2027-01-02（土）10:00  受付時間外" in said
    assert "1月1日から3日までは" in said.replace("\n", "")
    assert "これに決定" in said


def test_a_year_without_findings_says_so_in_both_languages(kanazawa: Run):
    assert "✔ 2027年の受付時間に問題はありません。" in kanazawa("schedule", "check", "2027").stdout
    found = kanazawa("schedule", "check", "2027", "--json", lang="en")
    assert (found.exit_code, as_json(found)) == (0, {"year": 2027, "ok": True, "findings": []})


def test_a_year_with_findings_ends_with_exit_code_1(kanazawa: Run):
    kanazawa("schedule", "edit", "busy", "--days", "03", "--anyway")
    found = kanazawa("schedule", "check", "2027")
    assert found.exit_code == 1
    assert "✘ 2027-04-01～2027-04-30：シーズンのない日です" in found.stdout


def test_what_is_odd_is_told_in_japanese_and_not_saved(kanazawa: Run):
    refused = kanazawa("schedule", "edit", "busy", "--days", "03")
    assert refused.exit_code == 1
    assert "--anyway を付けてください" in refused.output
    assert as_json(kanazawa("schedule", "list", "--json"))["seasons"][0]["days"] == "03..04"


def test_hours_by_weekday_fit_on_the_command_line(kanazawa: Run):
    kanazawa("schedule", "edit", "normal", "--hours", "mon-fri=08:45-18:00; sat=09:00-12:00")
    hours = as_json(kanazawa("schedule", "list", "--json"))["seasons"][1]["hours"]
    assert hours == {"mon-fri": "08:45-18:00", "sat": "09:00-12:00"}


@pytest.mark.parametrize("at", ["yesterday", "2027-13-01", "", "2027-01-02T25:00"])
def test_a_time_that_is_none_is_refused(kanazawa: Run, at: str):
    refused = kanazawa("schedule", "explain", at)
    assert refused.exit_code == 1
    assert "2027-01-02T10:00 のように" in refused.output


def test_the_preview_is_there_for_programs(kanazawa: Run):
    days = as_json(kanazawa("schedule", "preview", "2027", "--json"))
    assert len(days) == 365
    assert (days[0]["rule"], days[0]["minutes"]) == ("new-year", 0)


def test_init_fills_everything_and_prints_the_password_once(fsbridge: Run, home: Path):
    made = as_json(fsbridge("init", "--example", "kanazawa", "--admin", "nakamura", "--by", "sato", "--json"))
    store = Store(f"sqlite:///{home}/centre.sqlite3")
    try:
        kept = StoredUsers(store).password("nakamura")
        assert Passwords().matches(kept, made["password"])
        with store.connection():
            assert Contact.select().count() == 4
            assert ContactNumber.get(ContactNumber.shown == "076-000-0001").number == "+81760000001"
            assert {row.actor for row in AuditEntry.select()} == {"sato"}
            assert not any(made["password"] in str(row.after) for row in AuditEntry.select())
    finally:
        store.close()
    assert home.stat().st_mode & 0o077 == 0


def test_init_leaves_a_filled_centre_alone(kanazawa: Run, home: Path):
    before = (home / "fsbridge.toml").read_text("utf-8")
    refused = kanazawa("init", "--example", "porto")
    assert refused.exit_code == 1
    assert "holds a centre already" in refused.output
    assert "porto" not in kanazawa("queues", "list").stdout
    assert (home / "fsbridge.toml").read_text("utf-8") == before


def test_init_sets_another_citys_clock_and_voice(fsbridge: Run, home: Path):
    fsbridge("init", "--example", "porto")
    settings = (home / "fsbridge.toml").read_text("utf-8")
    assert 'zone = "Europe/Lisbon"' in settings
    assert 'engine = "espeak-ng:pt"' in settings


def test_a_data_set_that_is_wrong_leaves_nothing_behind(fsbridge: Run, tmp_path: Path):
    path = tmp_path / "town.toml"
    path.write_text("key = 'town'", "utf-8")
    refused = fsbridge("init", "--from", str(path))
    assert refused.exit_code == 1
    assert f"{path}: hours: is missing" in refused.output
    assert "fsbridge init" in fsbridge("season").output


def test_without_a_centre_every_command_says_how_to_begin(fsbridge: Run):
    for words in (("schedule", "list"), ("season",), ("flows", "list"), ("users", "list"), ("db", "backup")):
        refused = fsbridge(*words)
        assert refused.exit_code == 1
        assert "fsbridge init" in refused.output


def test_a_password_comes_from_a_pipe_and_a_short_one_is_refused(kanazawa: Run):
    assert kanazawa("users", "password", "op01", typed="correct horse battery\n").exit_code == 0
    rows = {one["login"]: one for one in as_json(kanazawa("users", "list", "--json"))}
    assert (rows["op01"]["has_password"], rows["op02"]["has_password"]) == (True, False)
    refused = kanazawa("users", "password", "op02", typed="short\n")
    assert refused.exit_code == 1
    assert "12 or more" in refused.output
    assert "--generate" in kanazawa("users", "password", "op02").output


def test_the_twenty_sixth_operator_finds_no_room_in_the_normal_season(kanazawa: Run):
    season = as_json(kanazawa("season", "list", "--json"))["season"]
    allowed = {"normal": 25, "busy": 30}[season]
    for number in range(17, allowed + 1):
        added = kanazawa("users", "add", f"op{number}", "応援", "--role", "operator", "--generate")
        assert added.exit_code == 0
    refused = kanazawa("users", "add", "one-more", "応援", "--role", "operator", "--generate")
    assert refused.exit_code == 1
    assert f"allows {allowed}: retire one first" in refused.output


def test_a_field_that_is_none_names_those_there_are(kanazawa: Run):
    refused = kanazawa("flows", "edit", "leak", "colour=red")
    assert refused.exit_code == 1
    assert "write one of name, queue" in refused.output
    assert kanazawa("flows", "edit", "leak", "target").exit_code == 2


def test_a_season_is_shown_for_any_moment(kanazawa: Run):
    found = as_json(kanazawa("season", "list", "--at", "2027-04-30T23:59", "--json"))
    assert (found["season"], found["until"]) == ("busy", "2027-04-30T15:00:00+00:00")
    assert "▶  busy" in kanazawa("season", "list", "--at", "2027-03-01").stdout


def test_a_backup_moves_a_centre_to_another_home(kanazawa: Run, home: Path, tmp_path: Path):
    file = tmp_path / "one.fsbackup"
    done = as_json(kanazawa("db", "backup", str(file), "--json"))
    assert done["rows"] > 300
    other = f"sqlite:///{tmp_path}/other.sqlite3"
    restored = as_json(kanazawa("db", "restore", str(file), "--database", other, "--json"))
    assert (restored["rows"], restored["wrong"]) == (done["rows"], [])
    assert kanazawa("db", "check", "--database", other).exit_code == 0
    assert kanazawa("db", "restore", str(file)).exit_code == 1


def test_check_speaks_japanese_and_finds_what_is_wrong(kanazawa: Run, home: Path):
    assert "✔ 参照:" in kanazawa("db", "check").stdout
    store = Store(f"sqlite:///{home}/centre.sqlite3")
    with store.writing() as database:
        database.execute_sql("UPDATE user_account SET password = ''")
    store.close()
    found = kanazawa("db", "check")
    assert found.exit_code == 1
    assert "✘ システム管理者: だれもログインできません" in found.stdout


def test_doctor_names_a_cure_for_each_thing_that_is_wrong(fsbridge: Run):
    ill = as_json(fsbridge("doctor", "--json", lang="en"))
    wrong = {one["name"]: one["cure"] for one in ill if not one["ok"]}
    assert {"home folder", "database"} <= set(wrong)
    assert all(wrong.values())
    assert fsbridge("doctor").exit_code == 1


def test_doctor_is_content_with_a_new_centre_but_for_what_is_not_begun(kanazawa: Run):
    found = {one["name"]: one for one in as_json(kanazawa("doctor", "--json", lang="en"))}
    for name in ("home folder", "database", "clock", "schedule", "speech"):
        assert found[name]["ok"], found[name]
    assert not found["announcements"]["ok"]
    assert "greeting" in found["announcements"]["found"]


def test_doctor_sees_a_clock_that_is_not_the_centres(fsbridge: Run, home: Path):
    fsbridge("init", "--example", "porto")
    (home / "fsbridge.toml").write_text("zone = 'Asia/Tokyo'\n", "utf-8")
    found = {one["name"]: one for one in as_json(fsbridge("doctor", "--json", lang="en"))}
    assert not found["clock"]["ok"]
    assert 'zone = "Europe/Lisbon"' in found["clock"]["cure"]


def test_init_teaches_the_voice_the_centres_words(kanazawa: Run, home: Path):
    assert read_readings(home / "readings.toml").spoken("開閉栓") == "かいへいせん"
    settings = load(home=home, environment={})
    assert settings.speech.readings == str(home / "readings.toml")
    assert settings.zone == "Asia/Tokyo"


def test_doctor_names_the_port_that_somebody_else_uses(kanazawa: Run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        listening = {"FSBRIDGE_OUTBOUND_PORT": port}
        found = as_json(kanazawa("doctor", "--json", "--switch-port", port, lang="en", more=listening))
    ports = next(one for one in found if one["name"] == "ports")
    assert not ports["ok"]
    assert f"outbound.port {port}" in ports["found"]
    assert "other ports" in ports["cure"]
