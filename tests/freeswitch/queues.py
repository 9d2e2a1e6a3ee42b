"""A script for tests of the past: the number dialled says which queues the caller goes through."""

from __future__ import annotations

import re

from fsbridge import App, Call

OPENING, LEAK, BILLING, OTHER = (f"{name}@kanazawa" for name in ("opening", "leak", "billing", "other"))
ROUTES = {
    "0769001": (OPENING,),
    "0769002": (LEAK,),
    "0769003": (BILLING,),
    "0769004": (OTHER,),
    "0769031": (BILLING, OPENING),
    "0769033": (BILLING, BILLING),
}
"""Numbers and the queues that are tried in turn."""
CLOSED, LISTENING, TWICE, HANDED_ON = "0769090", "0769091", "0769092", "0769093"
"""Out of hours; a menu nobody gets through; two queues by the dialplan alone; whom operators transfer to."""
NUMBERS = (*ROUTES, CLOSED, LISTENING)
TONE = "tone_stream://%(200,0,440)"
LONG = "tone_stream://%(20000,0,440)"

app = App("queues")


@app.route(re.compile(r"\d+"))
def through(call: Call) -> None:
    """Where the number leads."""
    call.answer()
    if call.number == CLOSED:
        call.set(fsbridge_outcome="out of hours")
        call.play(TONE)
        return
    if call.number == LISTENING:
        call.set(fsbridge_outcome="left in IVR")
        call.play(LONG)
    for queue in ROUTES[call.number]:
        if call.queue(queue).answered:
            return
    call.play(TONE)
