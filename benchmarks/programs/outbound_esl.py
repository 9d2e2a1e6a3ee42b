"""A call script behind `OutboundESLServer`: one program for greenswitch and for fsbridge.

usage: outbound_esl.py MODULE PORT; prints the port when it listens, then serves until its standard
input ends.
"""

from __future__ import annotations

import importlib
import sys

import gevent
from gevent.fileobject import FileObject

esl = importlib.import_module(sys.argv[1])


class Script:
    """Answers, plays one sound to its end and hangs up."""

    def __init__(self, session: esl.OutboundSession) -> None:
        self.session = session

    def run(self) -> None:
        session = self.session
        try:
            session.myevents()
            session.linger()
            session.answer()
            session.playback("tone_stream://%(400,0,440)")
            session.hangup()
        except esl.OutboundSessionHasGoneAway:
            return


def main() -> None:
    port = int(sys.argv[2])
    server = esl.OutboundESLServer("127.0.0.1", port, Script, max_connections=10_000)
    gevent.spawn(server.listen)
    gevent.sleep(0)
    print(port, flush=True)
    FileObject(sys.stdin.buffer, "rb").read()


if __name__ == "__main__":
    main()
