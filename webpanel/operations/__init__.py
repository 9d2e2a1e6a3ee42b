"""What those who keep the system running ask it: alive, ready, and its figures for Prometheus."""

from webpanel.centre import Centre
from webpanel.operations.lag import LoopLag
from webpanel.operations.metrics import Meters
from webpanel.operations.pages import pages
from webpanel.operations.ready import Readiness
from webpanel.parts import Part


def part(centre: Centre) -> Part:
    """``/health``, ``/ready`` and ``/metrics``: no page, and nothing in the navigation."""
    lag = LoopLag()
    readiness = Readiness(centre)
    return Part(
        pages=pages(readiness, Meters(centre, lag)),
        run=lag.run,
        drain=readiness.drain,
    )


__all__ = ["LoopLag", "Meters", "Readiness", "pages", "part"]
