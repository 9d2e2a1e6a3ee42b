"""A PostgreSQL of the tests' own: in a temporary folder, on a Unix socket, as somebody who is not root."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg


def program(name: str) -> str:
    """Where one of PostgreSQL's programs is, "" if nowhere; Debian keeps them out of the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(debian[-1]) if debian else shutil.which(name) or ""


class Postgres:
    """A server that is there between `start` and `stop`, and leaves nothing behind."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="fsbridge-pg-"))
        self._databases = 0
        # PostgreSQL refuses to run as root.
        self._somebody: dict[str, Any] = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
            self._somebody = {"user": "nobody", "extra_groups": []}

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [program(name), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self._somebody,
        )
        assert done.returncode == 0, f"{name}: {done.stdout}{self.log()}"

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def create(self) -> None:
        """Lay the server out."""
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "fsbridge", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")

    def start(self) -> None:
        """Serve; nothing is written through to the disk, for a test may lose it."""
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c max_connections=120"
        data, log = str(self.folder / "data"), str(self.folder / "log")
        # What the server prints goes to its log: a pipe of ours would stay open as long as it runs.
        self._run("pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start")

    def stop(self) -> None:
        """Stop at once, as a crash would."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def remove(self) -> None:
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        return f"postgresql://fsbridge@/{database}?host={self.folder}"

    def database(self, template: str = "template0") -> str:
        """A new database's address; a copy of another if one is named."""
        self._databases += 1
        name = f"test{self._databases}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return name

    def drop(self, database: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)".encode())
