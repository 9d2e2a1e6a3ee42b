"""The README of the configuration names every file there is."""

from __future__ import annotations

import re

from fsbridge.adapters.switchconf import TEMPLATES


def test_every_file_has_its_row_and_every_row_its_file() -> None:
    text = (TEMPLATES.parent / "README.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))
    files = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file()}
    assert rows == {name.removesuffix(".j2") for name in files}
