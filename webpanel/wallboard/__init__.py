"""The wallboard: figures that are read from across the room."""

from webpanel.access import ANYBODY, KIOSK, STAFF
from webpanel.centre import Centre
from webpanel.parts import Part
from webpanel.wallboard.board import Board
from webpanel.wallboard.live import Live
from webpanel.wallboard.pages import pages


def part(centre: Centre) -> Part:
    """``/wallboard``: for everybody who is logged in, and for screens with a token."""
    roles = (ANYBODY,) if centre.kept is None else (*STAFF, KIOSK)
    live = Live(Board(centre.floor, centre.plan, clock=centre.clock, staff=centre.staff), *roles)
    return Part(
        pages=pages(centre, *roles),
        roles=frozenset(roles),
        entry="wallboard.page",
        label="common.wallboard",
        live=live,
        push=live.push,
    )


__all__ = ["Board", "Live", "pages", "part"]
