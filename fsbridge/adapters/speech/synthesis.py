"""One text, or one recording, made into a sound of the folder. Blocks; see `Voice` for what does not."""

from __future__ import annotations

import hashlib
import logging

from fsbridge.adapters.speech.audio import Audio, levelled, resampled, to_wav
from fsbridge.adapters.speech.decode import decode
from fsbridge.adapters.speech.engines import Engine
from fsbridge.adapters.speech.folder import RATES, SoundFolder, key_of

logger = logging.getLogger(__name__)


class Synthesis:
    """Renders into a folder what is not there yet.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from fsbridge.adapters.speech.engines import make_engine
    >>> folder = SoundFolder(Path(tempfile.mkdtemp()))
    >>> folder.has(Synthesis(make_engine("openjtalk"), folder).render("はい。"))
    True
    """

    def __init__(self, engine: Engine, folder: SoundFolder) -> None:
        self._engine = engine
        self._folder = folder

    def render(self, spoken: str, voice: str = "") -> str:
        """The name of the sound of a text whose readings are put in; spoken once, by whichever process."""
        name = key_of(self._engine.identity, voice, spoken)
        if not self._folder.has(name):
            with self._folder.only_one(name):
                if not self._folder.has(name):  # another process was first
                    self._keep(name, decode(self._engine.speak(spoken, voice)))
        return name

    def take(self, recording: bytes) -> str:
        """The name of the sound of a studio recording: checked, one channel, levelled, at both rates."""
        name = "studio-" + hashlib.sha256(recording).hexdigest()[:40]
        if not self._folder.has(name):
            self._keep(name, decode(recording))
        return name

    def _keep(self, name: str, audio: Audio) -> None:
        wavs = {rate: to_wav(levelled(resampled(audio, rate))) for rate in RATES}
        self._folder.put(name, wavs)
        logger.info("rendered %s, %.1f s", name, audio.seconds)
