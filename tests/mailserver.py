"""A mail server in a process of its own, untouched by gevent: what it takes is put into a folder."""

from __future__ import annotations

import asyncio
import contextlib
import email
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

LOGIN, PASSWORD = "fsbridge", "secret"


@dataclass(frozen=True)
class Inbox:
    """Where a server listens, and what it took."""

    port: int
    folder: Path

    @property
    def taken(self) -> list[tuple[str, EmailMessage]]:
        """Each mail with its recipient, in order."""
        found = []
        for path in sorted(self.folder.glob("*.eml")):
            to, _, content = path.read_bytes().partition(b"\n")
            message = email.message_from_bytes(content, policy=default)
            assert isinstance(message, EmailMessage)
            found.append((to.decode(), message))
        return found


@contextlib.contextmanager
def served(folder: Path, certificate: tuple[Path, Path] | None = None) -> Iterator[Inbox]:
    """A server; with a certificate it wants STARTTLS and a password. Mail to ``nobody…`` is refused."""
    folder.mkdir(exist_ok=True)
    words = [sys.executable, "-m", "tests.mailserver", str(folder), *map(str, certificate or ())]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as program:
        assert program.stdout is not None
        try:
            yield Inbox(int(program.stdout.readline()), folder)
        finally:
            program.terminate()


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate of localhost that nobody vouches for, and its key."""
    names = (folder / "cert.pem", folder / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-out", names[0], "-keyout", names[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return names


async def _serve(folder: Path, certificate: list[str]) -> None:
    from aiosmtpd.smtp import SMTP, AuthResult

    class Handler:
        count = 0

        async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, options: Any) -> str:
            if to.startswith("nobody"):
                return "550 no such mailbox"
            envelope.rcpt_tos.append(to)
            return "250 OK"

        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            for to in envelope.rcpt_tos:
                path = folder / f"{Handler.count:06}.eml"
                path.write_bytes(to.encode() + b"\n" + envelope.content)
                Handler.count += 1
            return "250 OK"

    def known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (LOGIN.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    more: dict[str, Any] = {}
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        more = {
            "tls_context": context,
            "require_starttls": True,
            "authenticator": known,
            "auth_required": True,
        }
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname="localhost", **more), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2:]))
