"""The supervisor's page: the whole floor on one screen, and what a supervisor does about it."""

from webpanel.access import ADMINISTRATOR, SUPERVISOR
from webpanel.centre import Centre, Kept
from webpanel.parts import Part
from webpanel.supervise.live import Live
from webpanel.supervise.orders import Orders
from webpanel.supervise.pages import pages
from webpanel.supervise.picture import Pictures
from webpanel.supervise.roll import Rolls


def part(centre: Centre, kept: Kept) -> Part:
    """``/supervise``: for supervisors and administrators."""
    live = Live(kept, Rolls(kept), Pictures(centre, kept))
    return Part(
        pages=pages(centre, kept, Orders(centre, kept), live.tell_now, live.telephones),
        roles=frozenset({SUPERVISOR, ADMINISTRATOR}),
        entry="supervise.page",
        label="common.supervise",
        live=live,
        push=live.push,
        run=live.run,
    )


__all__ = ["Live", "Orders", "Pictures", "Rolls", "pages", "part"]
