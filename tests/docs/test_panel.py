"""docs/panel.md: its settings are the settings, its limits the limits, and its own words are taken."""

from __future__ import annotations

import re
from pathlib import Path

from fsbridge.config import keys
from fsbridge.domain.access import FAILURES, IDLE, LOCKED, LONGEST
from webpanel.labels import OWN, read_labels

TEXT = Path(__file__).parents[2].joinpath("docs", "panel.md").read_text("utf-8")


def test_every_setting_of_the_panel_is_on_the_page_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(panel\.\w+)` \| `?([^`|]*?)`? \|", TEXT, re.MULTILINE))
    assert rows == {key: str(default) or "empty" for key, default, _ in keys() if key.startswith("panel.")}


def test_the_limits_are_those_that_hold() -> None:
    assert FAILURES == 5
    assert f"for {LOCKED.seconds // 60} minutes" in TEXT
    assert IDLE.seconds == 2 * 3600
    assert f"after {LONGEST.seconds // 3600} hours" in TEXT


def test_a_customer_s_own_words_are_taken(tmp_path: Path) -> None:
    (own,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / OWN).write_text(own, "utf-8")
    assert read_labels(tmp_path)("common.wallboard", "ja") == "電光掲示板"
