"""A centre's public numbers, answered as its data say: no number, hour, word or flow is written here.

`fsbridge run` gives it the plan in the database, and every call begins with the plan as it is then.
"""

import re

from fsbridge import App, Call

app = App("centre")

# FreeSWITCH brings the plan's own numbers and no others: its dialplan is made of the same data.
ANY_NUMBER = re.compile(r"\+?[0-9*#]+")


@app.route(ANY_NUMBER)
def reception(call: Call) -> None:
    """The emergency first, then the hours, the menu, the queue, and guidance when nobody could answer."""
    centre = call.centre
    standing = centre.standing
    call.answer()
    centre.emergency()
    if not standing.open:
        centre.close(standing.announcement)
        return

    centre.play(centre.plan.menu.greeting)
    flow = centre.choose()
    centre.emergency(flow)
    centre.play(flow.greeting)

    visit = centre.wait(flow)
    if not visit.answered:
        centre.cut_off(flow)
