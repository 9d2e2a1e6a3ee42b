"""``python -m e2e.pictures``: pictures of every page, light and dark, on a desktop and at 200 %."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from e2e.conftest import ROOT
from e2e.parts import CHROMIUM
from e2e.test_demo import Demo, free_port
from e2e.tour import ROLES, Visit, name_of

FOLDER = ROOT / "build" / "pictures"
SIZES = {"desktop": (1440, 900), "zoom": (720, 450)}
"""A desk's screen, and the same at 200 %."""
SCHEMES = ("light", "dark")
WARM_UP = 30_000
"""Milliseconds until there is something to see."""


def main() -> None:
    """Make them all, and say where they are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    demo = Demo(Path(tempfile.mkdtemp()), free_port(), "--rate", "40", "--seed", "7")
    try:
        kiosk = demo.line().split()[-1]
        address = f"http://127.0.0.1:{demo.port}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream"],
            )
            board = browser.new_page(viewport={"width": 1920, "height": 1080})
            board.goto(kiosk)
            board.wait_for_timeout(WARM_UP)
            board.screenshot(path=FOLDER / "wallboard.png")
            for size, (width, height) in SIZES.items():
                for scheme in SCHEMES:
                    for role in ROLES:
                        visit = Visit(browser, address, width=width, height=height, scheme=scheme)
                        visit.log_in(role)
                        for path in visit.pages():
                            visit.page.wait_for_timeout(400)
                            picture = FOLDER / f"{role}-{name_of(path)}-{size}-{scheme}.png"
                            visit.page.screenshot(path=picture, full_page=size == "desktop")
                            print(picture.relative_to(ROOT), flush=True)
                        visit.close()
    finally:
        demo.process.kill()
        demo.process.communicate()


if __name__ == "__main__":
    sys.exit(main())
