"""Recordings of a real FreeSWITCH for the scenarios that have none in `tests.recordings`.

``python -m tests.embedded.recordings SCENARIO …`` records them anew, on the FreeSWITCH of this machine.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from fsbridge.esl.frames import Event, FrameReader

HERE = Path(__file__).parent
SCENARIOS = sorted(path.name.removesuffix(".esl.gz") for path in HERE.glob("*.esl.gz"))


def esl_events(scenario: str) -> tuple[Event, ...]:
    """The recorded events."""
    data = gzip.decompress((HERE / f"{scenario}.esl.gz").read_bytes())
    return tuple(event for event in FrameReader().feed(data) if event.name)


def told(scenario: str) -> dict[str, Any]:
    """The facts asked at the time."""
    return {"facts": json.loads((HERE / f"{scenario}.json").read_text())}
