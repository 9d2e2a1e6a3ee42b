"""``fsbridge simulate`` as its users type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main

COUNTS = ("offered", "answered", "abandoned", "short_abandoned", "overflowed", "waiting")


def run(home: Path, line: str, language: str = "en", columns: str = "140") -> Result:
    environment = {"FSBRIDGE_HOME": str(home), "FSBRIDGE_LANG": language, "COLUMNS": columns}
    return CliRunner(env=environment).invoke(main, ["simulate", *line.split()])


def test_a_months_json_is_one_object_that_adds_up(tmp_path: Path) -> None:
    done = run(
        tmp_path, "month --example kanazawa --from 2027-03-01 --calls 200 --operators 6 --days 2 --json"
    )
    assert done.exit_code == 0
    data = json.loads(done.output)
    for part in (data, *data["days"], *data["hours"], *data["flows"]):
        assert part["offered"] == sum(part[name] for name in COUNTS[1:])
    assert [row["day"] for row in data["days"]] == ["2027-03-01", "2027-03-02"]
    assert data["arrived"] == 200


def test_without_days_it_is_a_month(tmp_path: Path) -> None:
    done = run(tmp_path, "month --example kanazawa --from 2027-02-01 --calls 28 --operators 4 --json")
    assert len(json.loads(done.output)["days"]) == 28


@pytest.mark.parametrize(
    ("language", "word"), [("ja", "時間帯別（期間の合計）"), ("en", "By hour of the day")]
)
def test_a_month_is_printed_by_day_and_by_hour(tmp_path: Path, language: str, word: str) -> None:
    done = run(
        tmp_path, "month --example kanazawa --from 2027-03-01 --calls 90 --operators 6 --days 1", language
    )
    assert "2027-03-01" in done.output
    assert word in done.output
    assert "09:00" in done.output
    assert "✔" in done.output


def test_the_report_is_written_beside_the_figures(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    done = run(
        tmp_path,
        "month --example kanazawa --from 2027-03-01 --calls 60 --operators 6 --days 1 --json "
        f"--report {folder}",
        "ja",
    )
    assert json.JSONDecoder().raw_decode(done.output)[0]["balanced"]
    (page,) = folder.iterdir()
    assert page.name == "simulation-2027-03-01.html"
    assert "センターのシミュレーション" in page.read_text("utf-8")


def test_a_call_is_told_in_the_centres_words(tmp_path: Path) -> None:
    line = "call --example kanazawa --to 0120328117 --at 2027-01-02T10:00 --press 2"
    done = run(tmp_path, line, "ja")
    assert "1月1日から3日までは" in done.output.replace("\n", "")
    assert "切断" in done.output
    story = json.loads(run(tmp_path, f"{line} --json").output)
    assert [one["what"] for one in story["moments"]] == ["dialled", "answered", "hears", "ended"]
    assert story["unused"] == "2"
    assert story["at"] == "2027-01-02T10:00:00+09:00"


def test_another_city_is_data_alone(tmp_path: Path) -> None:
    done = run(tmp_path, "call --example porto --to 220000000 --at 2027-06-01T10:00")
    assert done.exit_code == 1
    number = done.output.rsplit("numbers are ", 1)[1].split(",")[0].strip()
    told = run(
        tmp_path, f"call --example porto --to {number.replace(' ', '')} --at 2027-06-01T10:00 --press 1"
    )
    assert told.exit_code == 0
    assert "“" in told.output


def test_staffing_compares_and_recommends(tmp_path: Path) -> None:
    line = "staffing --example kanazawa --from 2027-03-01 --days 1 --calls 4000 --seats 4-6 --target 60"
    done = run(tmp_path, line)
    assert "Erlang C" in done.output
    assert "│" in done.output
    data = json.loads(run(tmp_path, f"{line} --json").output)
    assert [row["operators"] for row in data["operators"]] == [4, 5, 6]
    assert data["target"] == 0.6
    assert {"erlang_c", "erlang_a", "service_level", "occupancy"} <= set(data["operators"][0])


def test_the_plan_in_the_database_comes_before_the_scripts_own(tmp_path: Path) -> None:
    without = run(tmp_path, "call --to 0120328117 --at 2027-06-01T10:00")
    assert "The database holds no centre" in without.output
    made = CliRunner(env={"FSBRIDGE_HOME": str(tmp_path), "FSBRIDGE_LANG": "en"}).invoke(
        main, ["init", "--example", "porto"]
    )
    assert made.exit_code == 0, made.output
    done = run(tmp_path, "call --to 0120328117 --at 2027-06-01T10:00")
    assert done.exit_code == 1
    assert "is no number of" in done.output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("month --example kanazawa --from 2027-02-30", "give a date like"),
        ("month --example kanazawa --plan x.toml", "give --example or --plan, not both"),
        ("month --plan /nowhere/x.toml --from 2027-03-01", "/nowhere/x.toml: No such file"),
        ("month --example kanazawa --traffic /nowhere/t.toml", "/nowhere/t.toml: No such file"),
        ("month --example kanazawa --calls 0", "0 is not in the range"),
        ("staffing --example kanazawa --seats 9-4", "--seats 9-4: write it like 6-14"),
        ("staffing --example kanazawa --seats ٣", "write it like 6-14"),
        ("call --example kanazawa --to 119 --at 2027-03-01T10:00", "is no number of"),
        ("call --example kanazawa --to 0120328117 --at noon", "write it like 2027-01-02T10:00"),
        ("call --example kanazawa --to 0120328117 --press x", "give keys of a telephone"),
    ],
)
def test_what_cannot_be_is_refused_with_the_cure(tmp_path: Path, line: str, message: str) -> None:
    done = run(tmp_path, line)
    assert done.exit_code in (1, 2)
    assert message in done.output
    assert "Traceback" not in done.output
