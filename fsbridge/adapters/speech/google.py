"""Google's speech (the one of its translator): by network, so ahead of time and with manners."""

from __future__ import annotations

import base64
import binascii
import importlib.metadata
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from fsbridge.errors import ConfigError, SpeechBusy, SpeechError

URL = "https://translate.google.com/_/TranslateWebserverUi/data/batchexecute"

_FIRST, _LONGEST = 2.0, 600.0  # seconds of rest after a 429
_LARGEST = 16 * 1024 * 1024
_SOUND = re.compile(rb'jQ1olc","\[\\"([A-Za-z0-9+/=]+)\\"\]')


class Google:
    """Speaks through gTTS's requests; `voice` is a language, `language` when empty.

    gTTS words the requests. They are sent from here, since gTTS itself sends them without looking at
    the server's certificate. After a 429 nothing is sent until Google's Retry-After, or twice the last
    rest, is over: meanwhile `speak` raises SpeechBusy at once.

    >>> Google("ja").identity.startswith("google ja gTTS ")
    True
    """

    def __init__(
        self,
        language: str = "ja",
        *,
        url: str = URL,
        timeout: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        try:
            version = importlib.metadata.version("gTTS")
        except importlib.metadata.PackageNotFoundError:
            raise ConfigError("speech engine google: pip install gTTS, or choose another") from None
        self.identity = f"google {language} gTTS {version}"
        self._language = language
        self._url = url
        self._timeout = timeout
        self._clock = clock
        self._wall = wall
        self._rest = _FIRST
        self._until = 0.0

    def speak(self, text: str, voice: str) -> bytes:
        """A WAV; long texts go in several requests, whose MP3 are decoded one by one and joined.

        (Put end to end they would not do: an MP3 may state its length in its first frame.)
        """
        from gtts import gTTS  # type: ignore[import-untyped]
        from gtts.tts import gTTSError  # type: ignore[import-untyped]

        from fsbridge.adapters.speech.audio import joined, levelled, to_wav
        from fsbridge.adapters.speech.decode import decode

        left = self._until - self._clock()
        if left > 0:
            raise SpeechBusy("Google asked for a rest", round(left, 3))
        try:
            request = gTTS(text, lang=voice or self._language)
            bodies = request.get_bodies()
        except (ValueError, AssertionError, gTTSError) as error:
            raise SpeechError(
                f"Google cannot speak {text!r} as {voice or self._language!r}: {error}"
            ) from None
        parts = [decode(self._ask(body, dict(request.GOOGLE_TTS_HEADERS))) for body in bodies]
        self._rest = _FIRST
        return to_wav(levelled(joined(parts)))

    def _ask(self, body: str | bytes, headers: dict[str, str]) -> bytes:
        data = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(self._url, data=data, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                text = answer.read(_LARGEST)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (429, 503):
                raise self._refused(error) from None
            raise SpeechError(
                f"Google answered {error.code} {error.reason}; try later, or use openjtalk"
            ) from None
        except (OSError, ValueError) as error:
            raise SpeechError(
                f"Google cannot be reached ({error}); check the network, or use openjtalk"
            ) from None
        try:
            found = _SOUND.search(text)
            if found is None:
                raise ValueError
            return base64.b64decode(found[1], validate=True)
        except (ValueError, binascii.Error):
            raise SpeechError("Google's answer holds no sound; update gTTS, or use openjtalk") from None

    def _refused(self, error: urllib.error.HTTPError) -> SpeechBusy:
        asked = _seconds(error.headers.get("Retry-After", ""), self._wall())
        rest = min(_LONGEST, max(asked, self._rest))
        self._rest = min(_LONGEST, self._rest * 2)
        self._until = self._clock() + rest
        return SpeechBusy(f"Google answered {error.code} {error.reason}", rest)


def _seconds(header: str, now: float) -> float:
    """Retry-After is seconds or a date."""
    if header.isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (TypeError, ValueError):
        return 0.0
