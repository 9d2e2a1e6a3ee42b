"""The wallboard's live namespace: the whole board to each browser, again at every change."""

from __future__ import annotations

from flask_socketio import emit

from webpanel.live import Guarded
from webpanel.wallboard.board import Board


class Live(Guarded):
    """``/wallboard`` over Socket.IO: event ``board``, each a full picture with its ``seq``.

    A browser that comes back needs nothing but the next picture. It can say nothing here.
    """

    def __init__(self, board: Board, *roles: str) -> None:
        super().__init__("/wallboard", *roles)
        self._board = board

    def arrived(self) -> None:
        """Somebody looks: the picture as it is."""
        emit("board", self._board.picture())

    def push(self) -> None:
        """The picture to everybody who looks."""
        self.emit("board", self._board.picture())
