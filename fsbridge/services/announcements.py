"""Named announcements with their versions: spoken or from a studio, tried first, taken back at will."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from fsbridge.errors import SpeechError

Source = Literal["speech", "studio"]


@dataclass(frozen=True)
class Version:
    """One version of an announcement; `sound` is the rendering's name, `text` what is said in it.

    A text that was written before anybody rendered it has no sound yet.

    >>> at = dt.datetime(2027, 1, 2, tzinfo=dt.UTC)
    >>> Version("closed", 1, "speech", "本日の受付は終了しました。", "", "5f2c", "sato", at).number
    1
    """

    name: str
    number: int
    source: Source
    text: str
    voice: str
    sound: str
    author: str
    at: dt.datetime


class Shelf(Protocol):
    """Where versions are kept, append-only."""

    def names(self) -> Sequence[str]:
        """Every announcement there is, in order."""
        ...

    def history(self, name: str) -> Sequence[Version]:
        """All versions of one, oldest first; none for a name that is unknown."""
        ...

    def add(self, version: Version) -> None:
        """Keep a version; SpeechError when its number is taken already."""
        ...

    def rendered(self, version: Version) -> None:
        """A version that was kept without its sound has one now."""
        ...


class Studio(Protocol):
    """What makes sounds and puts them where FreeSWITCH plays them from."""

    def make(self, text: str, voice: str = "") -> str:
        """The name of the sound of a text, rendered if it was not yet."""
        ...

    def take(self, recording: bytes) -> str:
        """The name of the sound of a recording, checked and levelled."""
        ...

    def listen(self, sound: str) -> str:
        """A file to listen to a sound in."""
        ...

    def publish(self, sound: str, name: str) -> str:
        """From now on `name` sounds like this; the path that FreeSWITCH plays."""
        ...


class Announcements:
    """Announcements by name. What is published has one path, whichever version it is.

    So scripts, and the dialplan that plays on while no script runs, name the announcement and never
    its version.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from fsbridge.adapters.speech import FileShelf, Studio, Voice
    >>> folder = Path(tempfile.mkdtemp())
    >>> voice = Voice("openjtalk", folder / "spoken")
    >>> announcements = Announcements(FileShelf(folder / "versions"), Studio(voice, folder / "published"))
    >>> at = dt.datetime(2027, 1, 2, tzinfo=dt.UTC)
    >>> announcements.speak("closed", "本日の受付は終了しました。", author="sato", now=at).number
    1
    >>> (folder / "published" / "8000" / "closed.wav").exists()
    True
    >>> voice.stop()
    """

    def __init__(self, shelf: Shelf, studio: Studio) -> None:
        self._shelf = shelf
        self._studio = studio

    def names(self) -> Sequence[str]:
        """Every announcement there is."""
        return self._shelf.names()

    def history(self, name: str) -> Sequence[Version]:
        """All versions, oldest first; the last one is heard."""
        return self._shelf.history(name)

    def current(self, name: str) -> Version:
        """The version that is heard; SpeechError names those that exist when there is none."""
        versions = self._shelf.history(name)
        if not versions:
            known = ", ".join(self._shelf.names()) or "none yet"
            raise SpeechError(f"there is no announcement {name!r}; there are: {known}")
        return versions[-1]

    def preview(self, text: str, voice: str = "") -> str:
        """A file to listen to before anybody hears it on a call; nothing is published."""
        return self._studio.listen(self._studio.make(text, voice))

    def speak(self, name: str, text: str, *, author: str, now: dt.datetime, voice: str = "") -> Version:
        """A new version, spoken; published when it is rendered. The same text again is no new version."""
        return self._add(name, "speech", text, voice, self._studio.make(text, voice), author, now)

    def record(
        self, name: str, recording: bytes, *, author: str, now: dt.datetime, text: str = ""
    ) -> Version:
        """A new version from a studio; `text` is what is said in it, for those who read the list."""
        return self._add(name, "studio", text, "", self._studio.take(recording), author, now)

    def back_to(self, name: str, number: int, *, author: str, now: dt.datetime) -> Version:
        """An earlier version once more, as a new one: history only grows."""
        for old in self.history(name):
            if old.number == number:
                sound = old.sound or self._studio.make(old.text, old.voice)
                return self._add(name, old.source, old.text, old.voice, sound, author, now)
        raise SpeechError(f"announcement {name!r} has no version {number}; it has {len(self.history(name))}")

    def render(self, name: str, *, author: str, now: dt.datetime) -> Version:
        """The current version spoken (once more, if readings or engine changed) and published.

        A changed sound is a new version; a studio's recording is published as it is.
        """
        version = self.current(name)
        if version.source == "studio":
            self._studio.publish(version.sound, name)
            return version
        sound = self._studio.make(version.text, version.voice)
        if not version.sound:
            version = replace(version, sound=sound)
            self._studio.publish(sound, name)
            self._shelf.rendered(version)
            return version
        return self._add(name, "speech", version.text, version.voice, sound, author, now)

    def publish_all(self) -> dict[str, str]:
        """Every current version at its path again (a restored folder, a new machine); the paths."""
        return {name: self._studio.publish(self.current(name).sound, name) for name in self.names()}

    def _add(
        self, name: str, source: Source, text: str, voice: str, sound: str, author: str, now: dt.datetime
    ) -> Version:
        if now.tzinfo is None:
            raise ValueError("now must be aware")
        versions = self._shelf.history(name)
        version = Version(name, len(versions) + 1, source, text, voice, sound, author, now.astimezone(dt.UTC))
        if versions and (versions[-1].sound, versions[-1].text) == (sound, text):
            version = versions[-1]
        else:
            self._shelf.add(version)
        self._studio.publish(sound, name)
        return version
