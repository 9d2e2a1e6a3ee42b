"""The figures of the centre: counted for any time, cut any way, drawn, given out, printed."""

from webpanel.access import STAFF
from webpanel.centre import Centre, Kept
from webpanel.parts import Part
from webpanel.reports.pages import pages


def part(centre: Centre, kept: Kept) -> Part:
    """``/reports``: for everybody who logs in; who is an operator alone sees what is their own."""
    return Part(
        pages=pages(centre, kept), roles=frozenset(STAFF), entry="reports.page", label="common.reports"
    )


__all__ = ["pages", "part"]
