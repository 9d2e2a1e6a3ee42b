"""Session descriptions that a browser accepts, with no media behind them: ICE finds nobody."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field

OPUS, PCMU, KEYS = "opus/48000/2", "PCMU/8000", "telephone-event/8000"
PORT = 9
"""The port that throws everything away."""
_LETTERS = string.ascii_letters + string.digits
_OPUS_WISHES = "useinbandfec=1; maxaveragebitrate=30000; maxplaybackrate=48000; ptime=20; minptime=10"


@dataclass
class Media:
    """One ``m=`` section of a description."""

    kind: str
    protocol: str
    payloads: list[str]
    attributes: list[tuple[str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        """The first attribute of this name; empty if there is none."""
        return next((value for known, value in self.attributes if known == name), "")

    def payload(self, codec: str) -> str:
        """The payload type of a codec; empty if it is not offered."""
        for name, value in self.attributes:
            number, _, words = value.partition(" ")
            if name == "rtpmap" and words.lower().split("/")[:2] == codec.lower().split("/")[:2]:
                return number
        return "0" if codec == PCMU and "0" in self.payloads else ""


def read_media(sdp: str) -> list[Media]:
    """The media of a description; what is no description has none.

    >>> one, = read_media("v=0\\r\\nm=audio 9 UDP/TLS/RTP/SAVPF 0\\r\\na=mid:a\\r\\n")
    >>> one.kind, one.value("mid"), one.payload(PCMU)
    ('audio', 'a', '0')
    >>> read_media("rubbish")
    []
    """
    found: list[Media] = []
    for line in sdp.splitlines():
        words = line[2:].split()
        if line.startswith("m=") and len(words) > 3:
            found.append(Media(words[0], words[2], words[3:]))
        elif line.startswith("a=") and found:
            name, _, value = line[2:].partition(":")
            found[-1].attributes.append((name, value))
    return found


def acceptable(sdp: str) -> bool:
    """Whether there is audio in it that could be talked over: a known codec, ICE and DTLS."""
    audio = [media for media in read_media(sdp) if media.kind == "audio"]
    known = any(media.payload(OPUS) or media.payload(PCMU) for media in audio)
    return known and "a=fingerprint:" in sdp and "a=ice-ufrag:" in sdp


class Descriptions:
    """Writes offers and answers for one switch: `address` is where media would be.

    >>> offer = Descriptions(random.Random(1)).offer()
    >>> acceptable(offer), read_media(offer)[0].value("setup")
    (True, 'actpass')
    """

    def __init__(self, source: random.Random, address: str = "127.0.0.1") -> None:
        self._random, self._address = source, address
        self._fingerprint = ":".join(f"{source.getrandbits(8):02X}" for _ in range(32))

    def offer(self) -> str:
        """An offer of one audio connection, opus before PCMU."""
        codecs = [f"a=rtpmap:102 {OPUS}", f"a=fmtp:102 {_OPUS_WISHES}", f"a=rtpmap:0 {PCMU}"]
        codecs += [f"a=rtpmap:101 {KEYS}", "a=fmtp:101 0-15"]
        audio = self._audio("RTP/SAVPF", "102 0 101", codecs, "actpass", "0")
        return self._session(["0"], [audio])

    def answer(self, offer: str) -> str:
        """The answer to a browser's offer: its best audio codec, keys if it has them, nothing else."""
        sections, mids = [], []
        answered = False
        for media in read_media(offer):
            mid = media.value("mid")
            codec = next((known for known in (OPUS, PCMU) if media.payload(known)), "")
            if media.kind != "audio" or answered or not codec:
                sections.append(_refusal(media))
                continue
            answered = True
            mids += [mid] if mid else []
            sections.append(self._answered(media, codec, mid))
        return self._session(mids if "a=group:BUNDLE" in offer else [], sections)

    def _answered(self, media: Media, codec: str, mid: str) -> list[str]:
        number, keys = media.payload(codec), media.payload(KEYS)
        lines = [f"a=rtpmap:{number} {codec}"]
        if codec == OPUS:
            lines.append(f"a=fmtp:{number} useinbandfec=1; minptime=10")
        if keys:
            lines.append(f"a=rtpmap:{keys} {KEYS}")
        setup = "passive" if media.value("setup") == "active" else "active"
        return self._audio(media.protocol, f"{number} {keys}".strip(), lines, setup, mid)

    def _session(self, mids: list[str], sections: list[list[str]]) -> str:
        number = 1_000_000_000 + self._random.getrandbits(29)
        lines = [
            "v=0",
            f"o=FreeSWITCH {number} {number + 1} IN IP4 {self._address}",
            "s=FreeSWITCH",
            f"c=IN IP4 {self._address}",
            "t=0 0",
            *([f"a=group:BUNDLE {' '.join(mids)}"] if mids else []),
        ]
        return "".join(f"{line}\r\n" for line in (*lines, *(line for part in sections for line in part)))

    def _audio(self, protocol: str, payloads: str, codecs: list[str], setup: str, mid: str) -> list[str]:
        stream, source = self._word(32), self._random.getrandbits(31)
        return [
            f"m=audio {PORT} {protocol} {payloads}",
            *([f"a=mid:{mid}"] if mid else []),
            *codecs,
            "a=ptime:20",
            "a=sendrecv",
            f"a=fingerprint:sha-256 {self._fingerprint}",
            f"a=setup:{setup}",
            "a=rtcp-mux",
            f"a=rtcp:{PORT} IN IP4 {self._address}",
            f"a=ice-ufrag:{self._word(16)}",
            f"a=ice-pwd:{self._word(24)}",
            f"a=candidate:{self._random.getrandbits(32)} 1 udp 2130706431 {self._address} {PORT} typ host",
            "a=end-of-candidates",
            f"a=ssrc:{source} cname:{self._word(16)}",
            f"a=ssrc:{source} msid:{stream} a0",
        ]

    def _word(self, length: int) -> str:
        return "".join(self._random.choices(_LETTERS, k=length))


def _refusal(media: Media) -> list[str]:
    mid = media.value("mid")
    refused = f"m={media.kind} 0 {media.protocol} {' '.join(media.payloads)}"
    return [refused, *([f"a=mid:{mid}"] if mid else []), "a=inactive"]
