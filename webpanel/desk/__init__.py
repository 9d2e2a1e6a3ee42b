"""The operator's desk: one page for a whole working day, with the telephone in it."""

from webpanel.access import OPERATOR
from webpanel.centre import Centre, Kept
from webpanel.desk.live import Live
from webpanel.desk.pages import pages
from webpanel.desk.picture import Pictures
from webpanel.desk.pop import Pops
from webpanel.desk.today import Today
from webpanel.parts import Part


def part(centre: Centre, kept: Kept) -> Part:
    """``/desk``: for operators."""
    pictures = Pictures(centre, kept, Today(kept.store, lambda: centre.plan().zone, kept.apart))
    live = Live(kept, pictures, Pops(centre, kept))
    return Part(
        pages=pages(centre, kept),
        roles=frozenset({OPERATOR}),
        entry="desk.page",
        label="common.desk",
        live=live,
        run=live.run,
    )


__all__ = ["Live", "Pictures", "Pops", "Today", "pages", "part"]
