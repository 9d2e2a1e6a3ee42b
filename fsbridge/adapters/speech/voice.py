"""The voice scripts speak with: at once from the folder, else rendered elsewhere, within a deadline."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from fsbridge.adapters.speech.engines import LONGEST_TEXT, make_engine
from fsbridge.adapters.speech.folder import SoundFolder, key_of
from fsbridge.adapters.speech.readings import Readings
from fsbridge.adapters.speech.worker import Worker
from fsbridge.errors import InvalidArgument, SpeechBusy, SpeechError

logger = logging.getLogger(__name__)

FALLBACK = "tone_stream://v=-20;%(300,200,440);loops=2"
"""Heard instead of a text nobody can speak, until a sound is chosen for that."""
PENDING = 100
"""Renderings that may wait at once; a caller who would be one more hears the fallback."""
REST = 10.0
"""Seconds in which a text that failed is not tried again for a caller."""


class _Job:
    def __init__(self) -> None:
        self.done = threading.Event()
        self.error: SpeechError | None = None


class Voice:
    """An `App`'s speech: `render` answers from the folder, or within `deadline` seconds, always.

    However many callers want a text, it is rendered once, in a process of its own; a caller it comes
    too late for hears what `standby` engines rendered of it earlier, or `fallback` (a sound rendered
    ahead), and the next one hears the text. `sleep` is waited with when `prepare` is asked for a rest.

    >>> folder = Path(tempfile.mkdtemp())
    >>> voice = Voice("openjtalk", folder, deadline=60)
    >>> Path(voice.render("はい。", "")).parent == folder
    True
    >>> voice.stop()
    """

    def __init__(
        self,
        engine: str,
        folder: Path,
        *,
        readings: Readings | None = None,
        standby: Iterable[str] = (),
        fallback: str = FALLBACK,
        deadline: float = 3.0,
        limit: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.folder = SoundFolder(folder)
        self._identities = [make_engine(one).identity for one in (engine, *standby)]
        self._readings = readings or Readings()
        self._fallback = fallback
        self._deadline = deadline
        self._worker = Worker(engine, self.folder.folder, limit=limit)
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._tired: dict[str, float] = {}

    def render(self, text: str, voice: str) -> str:
        """The path of the spoken text, or of what is heard in its stead; never an error, never late."""
        try:
            spoken, name = self._named(text, voice)
        except InvalidArgument as error:
            logger.error("cannot be spoken: %s", error)
            return self._fallback
        if self.folder.has(name):
            return self.folder.path(name)
        job = self._begin(name, spoken, voice)
        if job is not None:
            job.done.wait(self._deadline)
        if self.folder.has(name):
            return self.folder.path(name)
        return self._instead(spoken, voice, (job and job.error) or "no rendering in time")

    def stand_in(self, text: str) -> None:
        """Renders, in the background, what is heard in the place of a text that cannot be spoken."""

        def render() -> None:
            try:
                self._fallback = self.folder.path(self.make(text))
            except (SpeechError, InvalidArgument) as error:
                logger.error("the fallback stays %s: %s", self._fallback, error)

        threading.Thread(target=render, daemon=True).start()

    def prepare(self, texts: Iterable[str], voice: str = "", *, tries: int = 6) -> dict[str, str]:
        """Renders texts ahead, waiting as long as it takes; their paths. SpeechError for one that fails.

        A service that asks for a rest gets it, `tries` times for a text.
        """
        return {text: self.folder.path(self.make(text, voice, tries=tries)) for text in texts}

    def make(self, text: str, voice: str = "", *, tries: int = 6) -> str:
        """The name in the folder of one text, rendered ahead as `prepare` does."""
        spoken, name = self._named(text, voice)
        for left in reversed(range(tries)):
            if self.folder.has(name):
                break
            try:
                return self._worker.ask({"spoken": spoken, "voice": voice})
            except SpeechBusy as error:
                if not left:
                    raise
                logger.info("%s", error)
                self._sleep(error.retry_after)
        return name

    def take(self, recording: bytes) -> str:
        """The name in the folder of a studio recording; SpeechError says what is wrong with it."""
        number, path = tempfile.mkstemp(prefix="studio-")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(recording)
            return self._worker.ask({"take": path})
        finally:
            os.unlink(path)

    def stop(self) -> None:
        """Ends the process that renders."""
        self._worker.stop()

    def _named(self, text: str, voice: str) -> tuple[str, str]:
        spoken = self._readings.spoken(text)
        if not spoken or len(spoken) > LONGEST_TEXT or "\0" in spoken:
            raise InvalidArgument("text", f"must have 1 to {LONGEST_TEXT} characters: {text[:40]!r}")
        return spoken, key_of(self._identities[0], voice, spoken)

    def _begin(self, name: str, spoken: str, voice: str) -> _Job | None:
        """The job of this text, begun if it is not under way; None when it must not be begun now."""
        with self._lock:
            if name in self._jobs:
                return self._jobs[name]
            now = self._clock()
            self._tired = {key: until for key, until in self._tired.items() if until > now}
            if name in self._tired or "" in self._tired or len(self._jobs) >= PENDING:
                return None
            job = self._jobs[name] = _Job()
        threading.Thread(target=self._do, args=(job, name, spoken, voice), daemon=True).start()
        return job

    def _do(self, job: _Job, name: str, spoken: str, voice: str) -> None:
        try:
            self._worker.ask({"spoken": spoken, "voice": voice})
        except SpeechError as error:
            job.error = error
        finally:
            with self._lock:
                del self._jobs[name]
                if isinstance(job.error, SpeechBusy):
                    self._tired[""] = self._clock() + job.error.retry_after
                elif job.error:
                    self._tired[name] = self._clock() + REST
            job.done.set()

    def _instead(self, spoken: str, voice: str, why: object) -> str:
        for identity in self._identities[1:]:
            for kept in dict.fromkeys((voice, "")):
                name = key_of(identity, kept, spoken)
                if self.folder.has(name):
                    logger.warning("an earlier rendering by %s is played: %s (%s)", identity, spoken, why)
                    return self.folder.path(name)
        logger.error("the fallback is played instead of %r: %s", spoken, why)
        return self._fallback
