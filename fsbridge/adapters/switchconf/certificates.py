"""Keys for the voice of browsers, made in a moment: FreeSWITCH's own take up to ten seconds."""

from __future__ import annotations

import logging
import shutil
import subprocess
from pathlib import Path

logger = logging.getLogger(__name__)

NAMES = ("dtls-srtp.pem", "wss.pem")
"""What FreeSWITCH looks for (and makes, if it must)."""


def make_certificates(folder: Path) -> None:
    """Put a self-signed certificate where one is missing; without ``openssl``, FreeSWITCH makes them.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     make_certificates(Path(folder))
    ...     made = sorted(path.name for path in Path(folder).iterdir())
    >>> made in ([], ["dtls-srtp.pem", "wss.pem"])
    True
    """
    openssl = shutil.which("openssl")
    for name in NAMES:
        target = folder / name
        if target.exists() or openssl is None:
            continue
        key, certificate = folder / f".{name}.key", folder / f".{name}.crt"
        line = [
            openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
            "-subj", "/CN=fsbridge",
            "-keyout", str(key), "-out", str(certificate),
        ]  # fmt: skip
        made = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if made.returncode == 0:
            target.touch(mode=0o600)
            target.write_bytes(certificate.read_bytes() + key.read_bytes())
        else:
            logger.info("openssl made no %s, FreeSWITCH will: %r", name, made.stderr)
        for path in (key, certificate):
            path.unlink(missing_ok=True)
