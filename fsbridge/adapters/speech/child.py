"""The process that speaks: requests as JSON lines on its standard input, answers on its standard output.

Dictionary, engine, decoders and arithmetic live here, away from the process that carries calls: they
hold no lock of its, cost it no memory, yield to it (nice), and can be killed when they hang.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from fsbridge.adapters.speech.engines import make_engine
from fsbridge.adapters.speech.folder import SoundFolder
from fsbridge.adapters.speech.synthesis import Synthesis
from fsbridge.errors import FsbridgeError, SpeechBusy


def answer(synthesis: Synthesis, request: dict[str, Any]) -> dict[str, Any]:
    """What one request is answered with: ``{"name": …}`` or ``{"error": …}``, never an exception.

    >>> import tempfile
    >>> synthesis = Synthesis(make_engine("openjtalk"), SoundFolder(Path(tempfile.mkdtemp())))
    >>> answer(synthesis, {"take": "/nowhere.wav"})
    {'error': "FileNotFoundError: [Errno 2] No such file or directory: '/nowhere.wav'"}
    """
    try:
        if "take" in request:
            return {"name": synthesis.take(Path(request["take"]).read_bytes())}
        return {"name": synthesis.render(request["spoken"], request["voice"])}
    except SpeechBusy as error:
        return {"error": error.why, "retry_after": error.retry_after}
    except FsbridgeError as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001 - an engine may raise anything; the asker is told
        return {"error": f"{type(error).__name__}: {error}"}


def main(engine: str, folder: str) -> None:
    """Answers until standard input ends, which it does when the parent dies."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # engines print
    with contextlib.suppress(OSError):
        os.nice(10)
    synthesis = Synthesis(make_engine(engine), SoundFolder(Path(folder)))
    for line in sys.stdin:
        print(json.dumps(answer(synthesis, json.loads(line))), file=out, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
