"""The wallboard: what a supervisor reads from ten metres away."""

from webpanel.wallboard.board import Board
from webpanel.wallboard.live import Live
from webpanel.wallboard.pages import pages

__all__ = ["Board", "Live", "pages"]
