"""The limit: the stream cut into frames and nothing else done with them.

usage: framing_only.py PORT PASSES EVENTS
"""

from __future__ import annotations

import json
import socket
import sys
import time

from fsbridge.esl.connection import READ_SIZE
from fsbridge.esl.frames import FrameReader


def main() -> None:
    port, passes, expected = map(int, sys.argv[1:4])
    reader = FrameReader()
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(b"auth %d\n\n" % passes)
    frames = 0
    while frames < 2:  # the greeting and the log-in
        frames += len(reader.feed(sock.recv(READ_SIZE)))
    started, cpu = time.perf_counter(), time.process_time()
    sock.sendall(b"event plain all\n\n")
    frames = -1  # the reply
    while frames < expected:
        data = sock.recv(READ_SIZE)
        if not data:
            break
        frames += len(reader.feed(data))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(json.dumps({"events": frames, "values": 0, "seconds": seconds, "cpu": cpu}))


if __name__ == "__main__":
    main()
