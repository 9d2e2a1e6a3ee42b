"""The Kanazawa script with brief announcements and always open, for a process of its own."""

from __future__ import annotations

import copy

from dialplan_scripts.kanazawa import app as kanazawa
from tests.freeswitch.centre import MORNING, BriefSpeech

app = copy.copy(kanazawa)
app.speech = BriefSpeech()
app.clock = lambda: MORNING
