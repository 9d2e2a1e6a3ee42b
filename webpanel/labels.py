"""The words of the panel: one dictionary in two languages, which a customer may overlay with a file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, current_app

from fsbridge.errors import ConfigError
from webpanel.language import language

SHIPPED = Path(__file__).parent / "labels"
"""The words that come with the panel, a file for each page."""
OWN = "labels.toml"
"""The customer's own, in the home folder: the same sections and keys, as many as are to be different."""

Words = Mapping[str, tuple[str, str]]


class Labels:
    """Every label by ``section.key``, Japanese and English.

    >>> labels = Labels({"desk.hold": ("保留", "Hold"), "desk.age": ("{n} 秒前", "{n} s ago")})
    >>> labels("desk.hold", "en"), labels("desk.age", "ja", n=3)
    ('Hold', '3 秒前')
    """

    def __init__(self, words: Words) -> None:
        self._words = words

    def __call__(self, key: str, lang: str, **values: object) -> str:
        """A label with its ``{places}`` filled; KeyError for one there is not."""
        text = self._words[key][lang == "en"]
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def of(self, lang: str, *sections: str) -> dict[str, str]:
        """The labels of some sections by key, for the browser."""
        return {
            key: text[lang == "en"] for key, text in self._words.items() if key.partition(".")[0] in sections
        }

    def __contains__(self, key: str) -> bool:
        return key in self._words


def read_labels(home: Path | None = None) -> Labels:
    """The labels that come with the panel, overlaid by ``labels.toml`` of the home folder.

    ConfigError names the file and the key that is unknown or not two texts.
    """
    words: dict[str, tuple[str, str]] = {}
    for path in sorted(SHIPPED.glob("*.toml")):
        words |= _read(path)
    if home is not None and (home / OWN).exists():
        own = _read(home / OWN)
        unknown = sorted(own.keys() - words.keys())
        if unknown:
            raise ConfigError(f"{home / OWN}: there is no label {unknown[0]}")
        words |= own
    return Labels(words)


def _read(path: Path) -> dict[str, tuple[str, str]]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"the labels {path} cannot be read: {error}") from None
    words = {}
    for section, entries in table.items():
        for key, texts in entries.items() if isinstance(entries, dict) else ():
            if not (
                isinstance(texts, list) and len(texts) == 2 and all(isinstance(one, str) for one in texts)
            ):
                raise ConfigError(f'{path}: {section}.{key} must be two texts: ["日本語", "English"]')
            words[f"{section}.{key}"] = (texts[0], texts[1])
    return words


def speaking(app: Flask, labels: Labels) -> None:
    """Gives templates ``t(KEY, …)`` and ``labels_of(SECTIONS…)`` in the reader's language."""

    def t(key: str, **values: object) -> str:
        return labels(key, language(), **values)

    def labels_of(*sections: str) -> dict[str, str]:
        return labels.of(language(), *sections)

    app.jinja_env.globals.update(t=t, labels_of=labels_of, language=language)
    app.extensions["labels"] = labels


def t(key: str, **values: object) -> str:
    """A label in the reader's language, within a request."""
    labels: Labels = current_app.extensions["labels"]
    return labels(key, language(), **values)
