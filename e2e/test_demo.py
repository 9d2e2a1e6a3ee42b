"""`fsbridge demo`: a living wallboard, a clean end, and a clear word for a port that is taken."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.conftest import ROOT, Shoot


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Demo:
    """The program, in a folder for temporary files of its own."""

    def __init__(self, folder: Path, port: int, *options: str) -> None:
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "cli.py", "demo", "--port", str(port), *options],
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(folder), "FSBRIDGE_LANG": "ja"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, how: signal.Signals) -> tuple[int, str]:
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path, free_port(), "--rate", "60", "--seed", "7")
    yield demo
    demo.process.kill()
    demo.process.communicate()


def test_the_wallboard_lives_and_nothing_stays_behind(
    page: Page, demo: Demo, tmp_path: Path, shoot: Shoot
) -> None:
    address = demo.line().split()[-1]
    assert address.startswith(f"http://127.0.0.1:{demo.port}/kiosk/")
    page.goto(address)
    assert page.url == f"http://127.0.0.1:{demo.port}/wallboard"
    expect(page.locator(".pill")).to_contain_text("受付中")
    expect(page.locator("header")).to_contain_text("席 16 / ")
    answered = page.locator("article:has(h2:text-is('応答数')) .value")
    expect(answered).to_have_text(re.compile("[3-9]|[1-9][0-9]+"), timeout=60_000)
    expect(page.locator(".unbalanced")).to_have_count(0)
    shoot(page, "wallboard-demo")
    code, said = demo.end(signal.SIGINT)
    assert code == 0, said
    assert "終了しました" in said
    assert "Traceback" not in said
    assert not list(tmp_path.glob("fsbridge-demo-*"))


def test_a_port_that_is_taken_is_named_with_the_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = Demo(tmp_path, port)
        said, _ = demo.process.communicate(timeout=60)
    assert demo.process.returncode == 1
    assert f"{port} cannot be used" in said
    assert f"fsbridge demo --port {port + 1}" in said
    assert not list(tmp_path.glob("fsbridge-demo-*"))
