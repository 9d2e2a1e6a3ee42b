"""The page about the administration names every page of its navigation, and for whom it is."""

from __future__ import annotations

import re
from pathlib import Path

from webpanel.admin.office import SECTIONS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "panel-administration.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\w+) \| `(\S+)` \| ([\w, ]+) \|", PAGE, re.MULTILINE)


def test_the_table_is_the_navigation() -> None:
    assert [(key, frozenset(roles.split(", "))) for key, _, roles in ROWS] == [
        (key, frozenset(roles)) for key, _, roles in SECTIONS
    ]


def test_its_pictures_are_there() -> None:
    pictures = re.findall(r"\]\((pictures/\S+)\)", PAGE)
    assert pictures
    assert all((DOCS / picture).exists() for picture in pictures)
