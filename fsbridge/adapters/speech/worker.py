"""The speaking process seen from the one that carries calls: started when needed, killed when it hangs."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from fsbridge.errors import SpeechBusy, SpeechError

logger = logging.getLogger(__name__)


class Worker:
    """Asks the speaking process, one request after the other; who waits, waits cooperatively.

    >>> import tempfile
    >>> worker = Worker("openjtalk", Path(tempfile.mkdtemp()))
    >>> len(worker.ask({"spoken": "はい。", "voice": ""}))
    40
    >>> worker.stop()
    """

    def __init__(self, engine: str, folder: Path, *, limit: float = 120.0) -> None:
        self._argv = [sys.executable, "-m", "fsbridge.adapters.speech.child", engine, str(folder)]
        self._limit = limit
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._stopping = False

    def ask(self, request: dict[str, Any]) -> str:
        """The name of the sound that was made; SpeechError or SpeechBusy say why there is none."""
        with self._turn:
            reply = self._exchange(request)
        if "retry_after" in reply:
            raise SpeechBusy(str(reply["error"]), float(reply["retry_after"]))
        if "error" in reply:
            raise SpeechError(str(reply["error"]))
        return str(reply["name"])

    def stop(self) -> None:
        """Ends the process; who waits is told. It is started again when somebody asks later."""
        self._stopping = True
        try:
            process = self._process
            if process is not None:
                process.kill()
            with self._turn:
                self._end()
        finally:
            self._stopping = False

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._stopping:
            raise SpeechError("speech is ending")
        process = self._process
        if process is None or process.poll() is not None:
            process = self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        hung = threading.Event()
        watch = threading.Timer(self._limit, _kill, (process, hung))
        watch.daemon = True
        watch.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (OSError, ValueError):
            line = b""  # it has died, or was stopped
        finally:
            watch.cancel()
        if not line:
            self._end()
            why = f"did not end within {self._limit:g} s" if hung.is_set() else "died"
            logger.error("the speech engine %s", why)
            raise SpeechError(f"the speech engine {why}")
        try:
            reply: dict[str, Any] = json.loads(line)
        except ValueError:  # killed in the middle of a line
            self._end()
            raise SpeechError("the speech engine died") from None
        return reply

    def _start(self) -> subprocess.Popen[bytes]:
        self._end()
        try:
            self._process = subprocess.Popen(
                self._argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the program, whose calls go on for a while
            )
        except OSError as error:
            raise SpeechError(f"the speech engine cannot be started: {error}") from None
        return self._process


def _kill(process: subprocess.Popen[bytes], hung: threading.Event) -> None:
    hung.set()
    process.kill()
