"""The reception by the plan in the store, with brief announcements, at the time a file says."""

from __future__ import annotations

import copy
import os
from datetime import datetime
from pathlib import Path

from dialplan_scripts.centre import app as reception
from tests.freeswitch.centre import BriefSpeech

CLOCK = Path(os.environ.get("FSBRIDGE_HOME", ".")) / "clock"


def told() -> datetime:
    """The time of the compressed day."""
    return datetime.fromisoformat(CLOCK.read_text("ascii"))


app = copy.copy(reception)
app.speech = BriefSpeech()
app.clock = told
