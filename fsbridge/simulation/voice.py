"""The voice of a simulated centre: nothing is heard of it but how long it speaks."""

from __future__ import annotations


def seconds_a_character(language: str) -> float:
    """How long a character takes to speak: Japanese writes a syllable or a word with one.

    >>> seconds_a_character("ja"), seconds_a_character("pt")
    (0.15, 0.07)
    """
    return 0.15 if language == "ja" else 0.07


class Voice:
    """A speech engine that numbers the texts; `seconds` is how long each of them is, by its sound.

    >>> voice = Voice("en")
    >>> voice.render("Hello", ""), voice.render("Hello", ""), round(voice.seconds["spoken-1.wav"], 2)
    ('spoken-1.wav', 'spoken-1.wav', 0.35)
    """

    def __init__(self, language: str = "ja") -> None:
        self.seconds: dict[str, float] = {}
        self._pace = seconds_a_character(language)
        self._known: dict[tuple[str, str], str] = {}

    def render(self, text: str, voice: str) -> str:
        """The sound of a text."""
        sound = self._known.get((text, voice))
        if sound is None:
            sound = self._known[text, voice] = f"spoken-{len(self._known) + 1}.wav"
            self.seconds[sound] = self._pace * len(text)
        return sound
