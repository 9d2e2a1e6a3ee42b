"""The centre's script at ten in the morning, with brief announcements, for a process of its own."""

from __future__ import annotations

import copy

from dialplan_scripts.centre import app as centre
from tests.freeswitch.centre import MORNING, BriefSpeech

app = copy.copy(centre)
app.speech = BriefSpeech()
app.clock = lambda: MORNING
