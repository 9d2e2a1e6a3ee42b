"""`fsbridge report`, `visits` and `calls` as people type them, in both languages and as JSON."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchmarks.history import fill
from cli import main
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Call, Flow, Visit

DAY = "2025-03-03"
OUTCOMES = ["answered", "abandoned", "short-abandoned", "overflowed", "waiting"]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two days of calls."""
    path = tmp_path_factory.mktemp("reports") / "centre.sqlite3"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    fill(store, 300, first=datetime(2025, 3, 3, tzinfo=UTC), days=2)
    store.close()
    return path


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A home folder of its own with those days."""
    shutil.copy(filled, tmp_path / "centre.sqlite3")
    return tmp_path


def fsbridge(home: Path, *arguments: str, lang: str = "ja", columns: int = 150) -> Result:
    environment = {"FSBRIDGE_HOME": str(home), "FSBRIDGE_LANG": lang, "COLUMNS": str(columns)}
    result = CliRunner(env=environment).invoke(main, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def figures(home: Path, *arguments: str) -> dict[str, Any]:
    result = fsbridge(home, "report", "figures", "--on", DAY, "--json", *arguments)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def change(home: Path, model: Any, **values: Any) -> None:
    store = Store(f"sqlite:///{home}/centre.sqlite3")
    with store.writing():
        first = model.select().order_by(model.id).first()
        model.update(**values).where(model.id == first.id).execute()
    store.close()


def test_a_report_says_what_it_counted_and_how(home: Path) -> None:
    result = fsbridge(home, "report", "figures", "--on", DAY, "--by", "hour")
    assert result.exit_code == 0
    total = figures(home)["total"]
    assert (
        f"✔ 着信数 {total['offered']} = 応答数 {total['answered']} + 放棄数 {total['abandoned']}"
        in result.stdout
    )
    words = "サービスレベル (20秒)/平均応答時間/90%値/平均処理時間/占有率/稼働率/時間外着信/定義 第1版"
    for text in [*words.split("/"), "09:00–10:00", "█"]:
        assert text in result.stdout


def test_a_report_in_english(home: Path) -> None:
    shown = fsbridge(home, "report", "figures", "--on", DAY, "--by", "flow", lang="en").stdout
    for text in (
        "offered",
        "answer rate",
        "service level (20 s)",
        "adds up",
        "sum of rows",
        "Definitions, version 1",
    ):
        assert text in shown


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
@pytest.mark.parametrize("by", ["day", "operator", "queue"])
def test_a_report_fits_its_screen(home: Path, columns: int, by: str) -> None:
    result = fsbridge(home, "report", "figures", "--on", DAY, "--by", by, columns=columns)
    assert "応答" in result.stdout
    assert columns < 80 or "…" not in result.stdout


def test_json_has_every_figure_for_total_and_rows(home: Path) -> None:
    answer = figures(home, "--by", "hour", "--by", "flow")
    assert answer["balanced"] is True
    assert answer["definitions"]["version"] == 1
    assert answer["definitions"]["in_force"][0]["flows"]["leak"] == {
        "short_abandon": 5, "answer_within": 20, "target": 80,
    }  # fmt: skip
    assert answer["total"].keys() == answer["rows"][0]["figures"].keys()
    assert answer["rows"][0]["from"].startswith(f"{DAY}T")
    assert sum(row["figures"]["offered"] for row in answer["rows"]) == answer["sum_of_rows"]["offered"]


@pytest.mark.parametrize("figure", [*OUTCOMES, "offered", "in-time", "out-of-hours", "repeat"])
def test_every_figure_opens_the_list_of_its_calls(home: Path, figure: str) -> None:
    total = figures(home)["total"]
    listed = json.loads(fsbridge(home, "visits", "--figure", figure, "--on", DAY, "--json").stdout)
    assert len(listed) == total[figure.replace("-", "_")]
    assert len({one["call"] for one in listed}) == len(listed)


def test_a_list_is_read_by_people_too(home: Path) -> None:
    shown = fsbridge(home, "visits", "--figure", "abandoned", "--on", DAY).stdout
    assert f"放棄数  {figures(home)['total']['abandoned']}件" in shown
    assert "+8176" in shown
    assert "該当する呼はありません" in fsbridge(home, "visits", "--on", "2025-01-01").stdout


def test_what_does_not_add_up_is_shown_and_fails(home: Path) -> None:
    change(home, Visit, outcome="waiting")  # it has left
    result = fsbridge(home, "report", "figures", "--on", DAY)
    assert result.exit_code == 1
    assert "✘ 着信数" in result.stdout
    assert "≠" in result.stdout
    assert "内訳と1件合いません" in result.stdout
    assert "fsbridge visits --figure unclear" in result.stdout
    answer = figures(home)
    assert (answer["balanced"], answer["off_by"]) == (False, 1)
    (lost,) = json.loads(fsbridge(home, "visits", "--figure", "unclear", "--on", DAY, "--json").stdout)
    assert lost["what"] == "unclear"


def test_kept_days_stay_and_a_recount_is_a_decision(home: Path) -> None:
    assert "1日分を確定しました" in fsbridge(home, "report", "keep", "--on", DAY).stdout
    assert "0日分を確定しました" in fsbridge(home, "report", "keep", "--on", DAY).stdout
    before = figures(home)
    assert before["definitions"]["kept_days"] == 1
    store = Store(f"sqlite:///{home}/centre.sqlite3")
    with store.writing():
        Flow.update(answer_within=1).execute()
    store.close()
    assert figures(home)["total"] == before["total"]
    assert figures(home, "--fresh")["total"]["in_time"] < before["total"]["in_time"]
    assert fsbridge(home, "report", "recount", DAY).exit_code == 2, "a reason has to be given"
    result = fsbridge(home, "report", "recount", DAY, "--reason", "目標の訂正", "--by", "sato")
    assert "改訂2" in result.stdout
    assert figures(home)["total"]["in_time"] < before["total"]["in_time"]
    shown = fsbridge(home, "report", "kept", "--on", DAY).stdout
    assert "目標の訂正" in shown
    assert "sato" in shown


def test_kept_days_are_compared_with_the_history(home: Path) -> None:
    fsbridge(home, "report", "keep", "--on", DAY)
    result = fsbridge(home, "report", "check", "--on", DAY)
    assert (result.exit_code, "一致しています" in result.stdout) == (0, True)
    change(home, Visit, outcome="waiting")
    result = fsbridge(home, "report", "check", "--on", DAY)
    assert result.exit_code == 1
    assert f"✘ {DAY}" in result.stdout
    (found,) = json.loads(fsbridge(home, "report", "check", "--on", DAY, "--json").stdout)
    assert found["kept"]["off_by"] == 0
    assert found["now"]["off_by"] == 1


def test_calls_are_found_by_operator_and_day(home: Path) -> None:
    result = fsbridge(home, "calls", "find", "--operator", "op03", "--on", DAY, "--json")
    calls = json.loads(result.stdout)["calls"]
    assert calls
    assert all("op03" in one["operators"] for one in calls)
    handled = json.loads(
        fsbridge(home, "visits", "--figure", "handled", "--operator", "op03", "--on", DAY, "--json").stdout
    )
    outbound = json.loads(
        fsbridge(home, "visits", "--figure", "outbound", "--operator", "op03", "--on", DAY, "--json").stdout
    )
    assert {one["uuid"] for one in calls} == {one["call"] for one in handled + outbound}
    assert "担当 3" in fsbridge(home, "calls", "find", "--operator", "op03", "--on", DAY).stdout


def _flow(queue: str) -> str:
    """The flow a queue of this past is of."""
    return queue.partition("@")[0]


@pytest.mark.parametrize(
    ("arguments", "holds"),
    [
        (("--outcome", "abandoned"), lambda one: one["outcome"] == "abandoned"),
        (("--outcome", "out-of-hours"), lambda one: one["outcome"] == "out of hours"),
        (("--direction", "outbound"), lambda one: one["direction"] == "outbound"),
        (("--flow", "leak"), lambda one: "leak" in (one["flow"], *map(_flow, one["queues"]))),
        (("--case", "case3"), lambda one: "case3" in one["cases"]),
        (("--text", "折り返し"), lambda one: one["note"] == "折り返し希望"),
    ],
)
def test_calls_are_found_by_what_they_were(home: Path, arguments: tuple[str, ...], holds: Any) -> None:
    calls = json.loads(fsbridge(home, "calls", "find", *arguments, "--json").stdout)["calls"]
    assert calls
    assert all(map(holds, calls))


def test_a_number_is_found_as_it_is_written(home: Path) -> None:
    (number,) = {one["number"] for one in json.loads(
        fsbridge(home, "calls", "find", "--limit", "1", "--direction", "inbound", "--json").stdout
    )["calls"]}  # fmt: skip
    local = f"0{number.removeprefix('+81')}"
    wide = local.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for written in (number, local, wide, f"{local[:3]}-{local[3:6]}-{local[6:]}"):
        found = json.loads(fsbridge(home, "calls", "find", "--number", written, "--json").stdout)["calls"]
        assert found
        assert {one["number"] for one in found} == {number}


def test_more_than_the_limit_is_said(home: Path) -> None:
    assert "ほかにもあります" in fsbridge(home, "calls", "find", "--limit", "2").stdout
    assert "2 calls  there are more" in fsbridge(home, "calls", "find", "--limit", "2", lang="en").stdout


def test_a_call_is_told_moment_by_moment(home: Path) -> None:
    found = json.loads(
        fsbridge(home, "calls", "find", "--outcome", "timed-out", "--limit", "50", "--json").stdout
    )
    uuid = next(one["uuid"] for one in found["calls"] if one["operators"])
    shown = fsbridge(home, "calls", "show", uuid[:8]).stdout
    places = [
        shown.index(text)
        for text in ("で待ち始めた", "時間切れ", "オペレーターにつながった", "後処理が終わった")
    ]
    assert places == sorted(places)
    assert "begins to wait" in fsbridge(home, "calls", "show", uuid, lang="en").stdout
    told = json.loads(fsbridge(home, "calls", "show", uuid, "--json").stdout)
    assert [one["at"] for one in told["moments"]] == sorted(one["at"] for one in told["moments"])


def test_no_caller_steers_the_screen(home: Path) -> None:
    change(home, Call, name="\x1b[2J\u202eevil", number="1\x1b[31m234")
    shown = fsbridge(home, "calls", "find", "--limit", "500").stdout
    assert "evil" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "figures", "--on", "2025-02-30"), "day is '2025-02-30'; give a date like"),
        (("report", "figures", "--month", "2025-13"), "month is '2025-13'; give a month like"),
        (("report", "figures", "--on", DAY, "--month", "2025-03"), "period is given twice"),
        (("report", "figures", "--from", "2025-03-04", "--to", DAY), "comes before the first day"),
        (("report", "figures", "--by", "day", "--by", "hour"), "give one interval and one group at most"),
        (("report", "figures", "--flow", "x"), "there is no flow 'x'; known: opening, leak"),
        (("visits", "--case", "x"), "there is no case 'x'; known: case0"),
        (("calls", "find", "--operator", "x"), "there is no operator 'x'; known: op01"),
        (("calls", "find", "--number", "abc"), "holds no digit"),
        (("calls", "show", "x"), "there is no call 'x'"),
        (("calls", "show", "1000"), "several calls begin with '1000'"),
        (("report", "recount", "2999-01-01", "--reason", "x"), "2999-01-01 is not over yet"),
    ],
)
def test_bad_input_names_place_and_cure(home: Path, arguments: tuple[str, ...], said: str) -> None:
    result = fsbridge(home, *arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.strip().splitlines()) == 1
