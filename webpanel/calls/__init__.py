"""The call history: found, told, heard; what every figure on every page leads to."""

from webpanel.access import STAFF
from webpanel.calls.links import calls_of
from webpanel.calls.pages import pages
from webpanel.centre import Centre, Kept
from webpanel.parts import Part


def part(centre: Centre, kept: Kept) -> Part:
    """``/calls``: for everybody who logs in; what each may see and hear is `fsbridge.domain.sight`."""
    return Part(pages=pages(centre, kept), roles=frozenset(STAFF), entry="calls.page", label="common.calls")


__all__ = ["calls_of", "pages", "part"]
