"""Where announcements are made and published: the voice's folder, and the folder FreeSWITCH plays from."""

from __future__ import annotations

from pathlib import Path

from fsbridge.adapters.speech.folder import RATES, SoundFolder
from fsbridge.adapters.speech.voice import Voice


class Studio:
    """Makes sounds with a voice, publishes them in a folder.

    >>> import tempfile
    >>> voice = Voice("openjtalk", Path(tempfile.mkdtemp()))
    >>> studio = Studio(voice, Path(tempfile.mkdtemp()))
    >>> studio.publish(studio.make("はい。"), "yes") == studio.published.path("yes")
    True
    >>> voice.stop()
    """

    def __init__(self, voice: Voice, published: Path) -> None:
        self._voice = voice
        self.published = SoundFolder(published)

    def make(self, text: str, voice: str = "") -> str:
        """The name of the sound of a text; waits for the engine."""
        return self._voice.make(text, voice)

    def take(self, recording: bytes) -> str:
        """The name of the sound of a recording; SpeechError says what is wrong with it."""
        return self._voice.take(recording)

    def listen(self, sound: str) -> str:
        """The file with the better quality."""
        return str(self._voice.folder.file(sound, max(RATES)))

    def publish(self, sound: str, name: str) -> str:
        """Puts the sound in the place of the last one; a call that plays it now hears it to its end."""
        self._voice.folder.copy(sound, self.published, name)
        return self.published.path(name)
