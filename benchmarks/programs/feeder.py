"""FreeSWITCH's inbound port, as far as a reader of events can tell: greets, accepts, then floods.

usage: feeder.py STREAM; prints its port, then serves until its standard input ends. A client asks
for a number of passes over the stream with its password, and gets them after ``event plain all``.
"""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path

CHUNK = 1 << 20


def serve(client: socket.socket, stream: memoryview) -> None:
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.sendall(b"Content-Type: auth/request\n\n")
    passes = 0
    pending = b""
    while True:
        data = client.recv(4096)
        if not data:
            return
        pending += data
        while b"\n\n" in pending:
            line, pending = pending.split(b"\n\n", 1)
            word, _, rest = line.partition(b" ")
            if word == b"auth":
                passes = int(rest)
                client.sendall(b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n")
            elif word == b"exit":
                client.sendall(b"Content-Type: command/reply\nReply-Text: +OK bye\n\n")
                return
            else:
                client.sendall(
                    b"Content-Type: command/reply\nReply-Text: +OK event listener enabled plain\n\n"
                )
                for _ in range(passes):
                    for at in range(0, len(stream), CHUNK):
                        client.sendall(stream[at : at + CHUNK])


def serve_and_close(client: socket.socket, stream: memoryview) -> None:
    with client:
        try:
            serve(client, stream)
        except OSError:
            return  # the client has seen enough


def accept(listener: socket.socket, stream: memoryview) -> None:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve_and_close, args=(client, stream), daemon=True).start()


def main() -> None:
    stream = memoryview(Path(sys.argv[1]).read_bytes())
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=accept, args=(listener, stream), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
