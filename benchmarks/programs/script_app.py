"""The call flow of the FreeSWITCH benchmark as a script of fsbridge.

usage: script_app.py PORT; prints the port when it listens, then serves until its standard input ends.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import sys  # noqa: E402

from gevent.fileobject import FileObject  # noqa: E402

from fsbridge import App, Call  # noqa: E402
from fsbridge.app import serving  # noqa: E402

app = App("benchmark")


@app.route("99001")
def flow(call: Call) -> None:
    """Answers, plays one sound and hangs up."""
    call.answer()
    call.play("tone_stream://%(400,0,440)")
    call.hangup()


def main() -> None:
    server = serving(app, port=int(sys.argv[1]), max_calls=5000)
    server.start()
    print(server.bound_port, flush=True)
    FileObject(sys.stdin.buffer, "rb").read()
    server.stop()


if __name__ == "__main__":
    main()
