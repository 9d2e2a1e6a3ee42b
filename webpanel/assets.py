"""The built front end: which file of it a page needs."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask, url_for

from fsbridge.errors import ConfigError

BUILT = Path(__file__).parent / "static" / "built"
"""Where `make panel` puts what the browser loads."""


class Assets:
    """Gives templates ``script(ENTRY)`` and ``styles(ENTRY)``: the addresses of an entry's built files."""

    def __init__(self, app: Flask, folder: Path = BUILT) -> None:
        self._folder = folder
        app.jinja_env.globals.update(script=self.script, styles=self.styles)

    @cached_property
    def _manifest(self) -> dict[str, Any]:
        path = self._folder / ".vite" / "manifest.json"
        try:
            manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise ConfigError("the panel's front end is not built; run `make panel`") from None
        return manifest

    def script(self, entry: str) -> str:
        """The address of an entry's script."""
        return url_for("static", filename=f"built/{self._manifest[entry]['file']}")

    def styles(self, entry: str) -> list[str]:
        """The addresses of its style sheets, those of shared parts first."""
        names: list[str] = []

        def collect(key: str) -> None:
            chunk = self._manifest[key]
            for needed in chunk.get("imports", []):
                collect(needed)
            names.extend(name for name in chunk.get("css", []) if name not in names)

        collect(entry)
        return [url_for("static", filename=f"built/{name}") for name in names]
