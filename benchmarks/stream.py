"""The byte stream of the events benchmark: the recordings of a real FreeSWITCH, whole events only."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

RECORDINGS = Path(__file__).resolve().parent.parent / "tests" / "recordings"


@dataclass(frozen=True, slots=True)
class Stream:
    """Bytes that hold `events` whole ``text/event-plain`` frames.

    >>> Stream(b"Content-Length: 1", 1).events
    1
    """

    data: bytes
    events: int

    @property
    def bytes_per_event(self) -> float:
        """The mean size of a frame."""
        return len(self.data) / self.events


def whole_events(recording: bytes) -> list[bytes]:
    """The event frames of a recording; replies and a frame that was cut off are left out.

    Written apart from `fsbridge.esl`, so that what is measured does not choose its own input.

    >>> whole_events(b"Content-Length: 3\\nContent-Type: text/event-plain\\n\\na:\\nContent-Length: 9\\n")
    [b'Content-Length: 3\\nContent-Type: text/event-plain\\n\\na:\\n']
    """
    frames = []
    at = 0
    while (end := recording.find(b"\n\n", at)) >= 0:
        headers = dict(line.split(b": ", 1) for line in recording[at:end].split(b"\n"))
        stop = end + 2 + int(headers.get(b"Content-Length", b"0"))
        if stop > len(recording):
            break
        if headers[b"Content-Type"] == b"text/event-plain":
            frames.append(recording[at:stop])
        at = stop
    return frames


def load(folder: Path = RECORDINGS) -> Stream:
    """Every recording in `folder`, one after the other."""
    frames: list[bytes] = []
    for path in sorted(folder.glob("*.esl.gz")):
        frames += whole_events(gzip.decompress(path.read_bytes()))
    if not frames:
        raise FileNotFoundError(f"no recordings (*.esl.gz) in {folder}")
    return Stream(b"".join(frames), len(frames))
