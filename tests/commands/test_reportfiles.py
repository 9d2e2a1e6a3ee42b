"""`fsbridge report half-year`, `monthly`, `weekly`, `daily`, `send`, `sent` as people type them."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.history import fill
from cli import main
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Visit
from tests.mailserver import served

DAY = "2025-03-03"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two days of calls."""
    path = tmp_path_factory.mktemp("printed") / "centre.sqlite3"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    fill(store, 200, first=datetime(2025, 3, 3, tzinfo=UTC), days=2)
    store.close()
    return path


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A home folder of its own with those days."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copy(filled, folder / "centre.sqlite3")
    return folder


def fsbridge(home: Path, *arguments: str, lang: str = "ja", **more: str) -> Result:
    environment = {"FSBRIDGE_HOME": str(home), "FSBRIDGE_LANG": lang, "COLUMNS": "120", **more}
    result = CliRunner(env=environment).invoke(main, ["report", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.parametrize(
    ("kind", "period", "options"),
    [
        ("daily", DAY, ("--on", DAY)),
        ("weekly", "2025-W10", ("--from", DAY, "--to", "2025-03-09")),
        ("monthly", "2025-03", ("--month", "2025-03")),
        ("period", "2025-03-03..2025-03-04", ("--from", DAY, "--to", "2025-03-04")),
        ("half-year", "2024-H2", ("--from", "2024-10-01", "--to", "2025-03-31")),
    ],
)
def test_every_figure_is_that_of_report_figures(
    home: Path, kind: str, period: str, options: tuple[str, ...]
) -> None:
    made = json.loads(fsbridge(home, kind, period, "--json").stdout)
    plain = json.loads(fsbridge(home, "figures", *options, "--json").stdout)
    assert made["figures"]["total"] == plain["total"]
    for group in ("flow", "operator", "case"):
        rows = json.loads(fsbridge(home, "figures", *options, "--by", group, "--json").stdout)["rows"]
        assert [row["figures"] for row in made[f"{group}s"]] == [row["figures"] for row in rows]
    hours = json.loads(fsbridge(home, "figures", *options, "--by", "hour", "--json").stdout)["rows"]
    assert sum(map(sum, made["heat"]["offered"])) == sum(row["figures"]["offered"] for row in hours)


def test_the_files_are_written_whole_and_alike(home: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.{form}" for name in "ab" for form in ("html", "pdf", "xlsx")]
    for some in (files[:3], files[3:]):
        words = [word for file in some for word in ("--to", str(file))]
        result = fsbridge(home, "half-year", "2024-H2", *words)
        assert result.exit_code == 0
        assert f"→ {some[0]}" in result.stdout.replace("\n", "")
    assert [file.read_bytes() for file in files[:3]] == [file.read_bytes() for file in files[3:]]
    assert [file.read_bytes()[:4] for file in files[:3]] == [b"<!do", b"%PDF", b"PK\x03\x04"]
    assert not list(tmp_path.glob(".report-*"))


def test_the_outline_is_read_by_people(home: Path) -> None:
    shown = fsbridge(home, "daily", DAY).stdout
    assert "日次報告書  令和7年3月3日（月）" in shown
    assert "内訳と一致" in shown
    assert "Daily report" in fsbridge(home, "daily", DAY, lang="en").stdout


def test_the_date_of_making_is_printed_if_it_is_given(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    fsbridge(home, "daily", DAY, "--to", str(file), "--made-on", "2025-03-04")
    assert "<dt>作成日</dt><dd>令和7年3月4日</dd>" in file.read_text("utf-8")


def test_another_city_s_half_year(home: Path) -> None:
    made = json.loads(fsbridge(home, "half-year", "2025-H1", "--report-year-begins", "1", "--json").stdout)
    assert (made["first"], made["last"]) == ("2025-01-01", "2025-06-30")


def test_what_does_not_add_up_ends_with_exit_code_1_and_is_still_written(home: Path, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{home}/centre.sqlite3")
    with store.writing():
        first = Visit.select().order_by(Visit.id).first()
        Visit.update(outcome="waiting").where(Visit.id == first.id).execute()
    store.close()
    file = tmp_path / "a.html"
    result = fsbridge(home, "daily", DAY, "--to", str(file))
    assert result.exit_code == 1
    assert "内訳と1件合いません" in result.stdout.replace("\n", "")
    assert 'class="mark broken"' in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("half-year", "2027"), "period is '2027'; give a half-year like 2027-H1"),
        (("monthly", "2025-13"), "give a month like 2027-04"),
        (("daily", "2999-01-01"), "2999-01-01 begins on 2999-01-01: there is nothing to report yet"),
        (("daily", DAY, "--to", "report.doc"), "end it in .html, .pdf or .xlsx"),
        (("daily", DAY, "--to", "/proc/a.html"), "cannot be written"),
        (("daily", DAY, "--to", "/nowhere/a.pdf"), "cannot be written: No such file or directory"),
        (("daily", DAY, "--made-on", "x"), "day is 'x'; give a date like"),
        (("send", "daily", DAY, "--address", "a@x.jp"), "mail.host is empty"),
    ],
)
def test_bad_input_names_place_and_cure(home: Path, arguments: tuple[str, ...], said: str) -> None:
    result = fsbridge(home, *arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_a_report_is_mailed_with_its_files_and_noted(home: Path, tmp_path: Path) -> None:
    with served(tmp_path / "mail") as inbox:
        more = {
            "FSBRIDGE_MAIL_HOST": "127.0.0.1",
            "FSBRIDGE_MAIL_PORT": str(inbox.port),
            "FSBRIDGE_MAIL_SECURITY": "none",
            "FSBRIDGE_MAIL_SENDER": "center@example.jp",
        }
        words = ("--address", "sato@example.jp", "--by", "suzuki")
        result = fsbridge(home, "send", "monthly", "2025-03", *words, **more)
        assert "monthly 2025-03 を sato@example.jp へ送りました。" in result.stdout
        refused = fsbridge(home, "send", "monthly", "2025-03", "--address", "nobody@example.jp", **more)
        assert "550 no such mailbox" in refused.output
        ((to, message),) = inbox.taken
    assert to == "sato@example.jp"
    assert message["Subject"] == "月次報告書 令和7年3月"
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["report-monthly-2025-03.pdf", "report-monthly-2025-03.xlsx"]
    failed, sent = json.loads(fsbridge(home, "sent", "--json").stdout)
    assert (sent["report"], sent["to"], sent["by"]) == ("monthly 2025-03", "sato@example.jp", "suzuki")
    assert sorted(sent["files"]) == names
    assert failed["outcome"] == "could not send"
    shown = fsbridge(home, "sent").stdout
    assert "送信済み" in shown
    assert "送信できず" in shown
