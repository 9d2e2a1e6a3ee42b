"""How words are to be read that an engine would misread: place names, words of the trade."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from fsbridge.errors import ConfigError


class Readings:
    """Words and their readings; the longest word wins, and what was replaced is not looked at again.

    >>> readings = Readings({"開閉栓": "かいへいせん", "栓": "せん"})
    >>> readings.spoken("開閉栓の受付、止水栓")
    'かいへいせんの受付、止水せん'
    """

    def __init__(self, words: Mapping[str, str] | None = None) -> None:
        words = dict(words or {})
        for word, reading in words.items():
            for what, text in (("word", word), ("reading", reading)):
                if not isinstance(text, str) or not text.strip() or not text.isprintable():
                    raise ConfigError(f"readings: the {what} of {word!r} is {text!r}; give some letters")
        self._words = words
        longest_first = sorted(words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if words else None

    def spoken(self, text: str) -> str:
        """The text as the engine gets it: blanks made one, readings put in."""
        plain = " ".join(text.split())
        if self._pattern is None:
            return plain
        return self._pattern.sub(lambda found: self._words[found[0]], plain)

    def __len__(self) -> int:
        return len(self._words)


def read_readings(path: Path) -> Readings:
    """The readings of a TOML file, one ``word = "reading"`` a line; ConfigError names what is wrong.

    >>> read_readings(Path("/nowhere/readings.toml"))
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: /nowhere/readings.toml: No such file or directory
    """
    try:
        return Readings(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (ValueError, ConfigError) as error:
        raise ConfigError(f'{path}: {error}; a line is "word" = "reading"') from None
