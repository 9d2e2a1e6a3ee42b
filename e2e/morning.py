"""The centre's script at ten on a day with sixteen seats, brief announcements, for a process of its own."""

from __future__ import annotations

import copy
from datetime import datetime

from dialplan_scripts.centre import app as centre
from tests.freeswitch.centre import TOKYO, BriefSpeech

app = copy.copy(centre)
app.speech = BriefSpeech()
app.clock = lambda: datetime(2027, 5, 12, 10, 0, tzinfo=TOKYO)
