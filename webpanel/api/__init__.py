"""The centre for other programs: JSON under ``/api/v1``, described by ``/api/v1/openapi.json``."""

from webpanel.api.pages import pages
from webpanel.centre import Centre, Kept
from webpanel.parts import Part


def part(centre: Centre, kept: Kept) -> Part:
    """``/api/v1``: for programs with a token."""
    return Part(pages=pages(centre, kept))


__all__ = ["pages", "part"]
