"""What the panel and the commands call for a report: its page, its parts, its downloads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from benchmarks.history import fill
from fsbridge.adapters.reportfiles import FORMS
from fsbridge.adapters.store import Store
from fsbridge.config import Settings, load
from fsbridge.errors import InvalidArgument
from fsbridge.printing import PAGE_POLICY, printed_report, report_period
from fsbridge.services.reporting import STEPS

NOW = datetime(2025, 10, 2, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load(home=tmp_path_factory.mktemp("home"), environment={})


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[Store]:
    store = Store(settings.database_url)
    store.migrate()
    fill(store, 60, first=datetime(2025, 9, 30, tzinfo=UTC), days=1)
    yield store
    store.close()


def test_a_page_and_three_downloads(settings: Settings, store: Store) -> None:
    done: list[int] = []
    made = printed_report(settings, store, "half-year", "2025-H1", now=NOW, moved=done.append)
    assert done == list(range(1, STEPS + 1))
    assert made.body in made.page
    assert made.style in made.page
    assert "<script" not in made.page
    assert "script-src" not in PAGE_POLICY, "none is allowed, and none is there"
    assert [made.name(form) for form in FORMS] == [
        "report-half-year-2025-H1.html", "report-half-year-2025-H1.pdf", "report-half-year-2025-H1.xlsx",
    ]  # fmt: skip
    assert all(made.file(form) for form in FORMS)


@pytest.mark.parametrize(
    ("kind", "key"),
    [("half-year", "2025-H1"), ("monthly", "2025-09"), ("weekly", "2025-W39"), ("daily", "2025-10-01")],
)
def test_without_a_period_the_newest_that_is_over_is_meant(settings: Settings, kind: str, key: str) -> None:
    assert report_period(settings, kind, "", NOW).key == key


def test_what_is_no_period_is_refused_before_anything_is_read(settings: Settings, store: Store) -> None:
    with pytest.raises(InvalidArgument, match="give a month like"):
        printed_report(settings, store, "monthly", "../../etc/passwd", now=NOW)


def test_the_style_of_a_part_touches_nothing_outside_it(settings: Settings, store: Store) -> None:
    style = printed_report(settings, store, "daily", "2025-10-01", now=NOW).style
    rules = [rule.strip() for rule in style.replace("@media print{", "").replace("\n", "").split("}")]
    selectors = [one for rule in rules if "{" in rule for one in rule.partition("{")[0].split(",")]
    own = ("@page", ":root", "*", "body")
    assert [one for one in selectors if one not in own and not one.startswith(".report")] == []
