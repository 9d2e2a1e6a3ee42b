"""A speech engine that takes as long as a test wants it to: a real program with a gate."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from fsbridge.adapters.speech import Voice

ENGINE = """
import sys, time, wave
from pathlib import Path
folder = Path(sys.argv[1])
text = sys.stdin.buffer.read().decode()
with (folder / "spoken").open("a") as log:
    log.write(text + "\\n")
while not (folder / "gate").exists():
    time.sleep(0.01)
if text == "bad":
    sys.exit("will not say that")
with wave.open(sys.stdout.buffer, "wb") as out:
    out.setparams((1, 2, 8000, 0, "NONE", ""))
    out.writeframes(b"\\x00\\x40\\x00\\xc0" * 800)
"""


class Slow:
    """An engine that speaks when its gate is open, and voices that speak with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        script = folder / "engine.py"
        script.write_text(ENGINE)
        self.name = f"command:{shlex.join([sys.executable, str(script), str(folder)])}"
        self.voices: list[Voice] = []
        self.now = 0.0

    def voice(self, engine: str = "", **options: object) -> Voice:
        options = {"fallback": "sorry.wav", "deadline": 60, "clock": lambda: self.now, **options}
        one = Voice(engine or self.name, self.folder / "sounds", **options)
        self.voices.append(one)
        return one

    def open(self) -> None:
        (self.folder / "gate").touch()

    def spoken(self) -> list[str]:
        path = self.folder / "spoken"
        return path.read_text("utf-8").splitlines() if path.exists() else []
