"""One dictionary of words: both languages, every word used is there, a customer's own lie over it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fsbridge.errors import ConfigError
from tests.webpanel.browsing import Browser, Built
from webpanel import create_panel
from webpanel.labels import read_labels

PANEL = Path(__file__).parents[2] / "webpanel"
USED = re.compile(r"""\bt\(\s*["']([a-z_]+\.[A-Za-z0-9_]+)["']\s*[,)]""")
SOURCES = [
    path
    for pattern in ("**/*.py", "**/*.html", "frontend/src/**/*.ts", "frontend/src/**/*.tsx")
    for path in PANEL.glob(pattern)
    if "node_modules" not in path.parts and ".test." not in path.name
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PANEL)))
def test_every_label_that_is_used_is_there(path: Path) -> None:
    labels = read_labels()
    assert [key for key in USED.findall(path.read_text("utf-8")) if key not in labels] == []


def test_no_label_is_empty_and_both_languages_have_the_same_places() -> None:
    labels = read_labels()
    for section in {key.partition(".")[0] for key in labels.of("ja", *_sections())}:
        english = labels.of("en", section)
        for key, text in labels.of("ja", section).items():
            assert text.strip(), key
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key


def _sections() -> list[str]:
    return [path.stem for path in (PANEL / "labels").glob("*.toml")] + ["errors"]


def test_a_customer_s_own_words_lie_over_ours(settings, store, centre) -> None:
    (settings.home / "labels.toml").write_text('[common]\nwallboard = ["電光掲示板", "Board"]\n', "utf-8")
    panel = create_panel(centre)
    Built(panel.app)
    browser = Browser(panel.app.test_client())
    browser.log_in("boss")
    assert "電光掲示板" in browser.get("/account").text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[common]\nwalboard = ["あ", "a"]', "there is no label common.walboard"),
        ('[common]\nwallboard = "あ"', "must be two texts"),
        ("[common", "cannot be read"),
    ],
)
def test_a_mistake_in_them_is_named(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "labels.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=why):
        read_labels(tmp_path)
