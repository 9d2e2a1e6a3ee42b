"""Records scenarios on a real FreeSWITCH."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import gzip  # noqa: E402 - after the patching
import json  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

from tests.embedded.live import LiveStage, recorded_one  # noqa: E402
from tests.embedded.recordings import HERE  # noqa: E402
from tests.embedded.scenarios import SCENARIOS, over  # noqa: E402
from tests.freeswitch.ports import Ports  # noqa: E402


def main(names: list[str]) -> None:
    ports = Ports()
    with tempfile.TemporaryDirectory() as home:
        switch = recorded_one(Path(home), ports)
        switch.start()
        switch.wait_ready()
        for name in names:
            stage, facts = LiveStage(switch), {}
            SCENARIOS[name](stage, facts)
            if any(event.name == "CHANNEL_CREATE" for event in stage.events):
                stage.until(lambda stage=stage: over(stage))
            stage.wait(0.3)
            (HERE / f"{name}.esl.gz").write_bytes(gzip.compress(b"".join(stage.raw), mtime=0))
            (HERE / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n")
            stage.close()
        switch.kill()
    ports.release()


main(sys.argv[1:])
