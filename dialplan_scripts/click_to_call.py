"""Click-to-call: the operator's own telephone rings, and when it is answered, the citizen's does.

Started with ``originate user/OPERATOR 88NUMBER``: the operator's leg comes here as a call to 88NUMBER.
"""

import re

from fsbridge import App, Call, Say

SHOWN = "0120328117"  # the caller ID of every call the centre makes
TRUNK = "sofia/gateway/trunk/{number}"
REASONS = {
    "USER_BUSY": Say("お話し中です。"),
    "NO_ANSWER": Say("お出になりません。"),
}

app = App("click-to-call", fallback="hangup:NORMAL_TEMPORARY_FAILURE")


@app.route(re.compile(r"88\+?\d{3,15}"))
def click(call: Call) -> None:
    """Connects the operator with the number behind the 88."""
    call.answer()
    number = call.number.removeprefix("88")
    talk = call.bridge(TRUNK.format(number=number), caller_number=SHOWN, timeout=40)
    if not talk:
        call.play(REASONS.get(talk.cause, Say("おつなぎできませんでした。")))
