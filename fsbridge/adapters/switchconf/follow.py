"""A running FreeSWITCH kept in step with the plan: files rendered, read again, queues loaded."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Protocol

from fsbridge.adapters.switchconf.model import Queue, SwitchConf
from fsbridge.adapters.switchconf.render import TEMPLATES, render

logger = logging.getLogger(__name__)


class Api(Protocol):
    """Runs one FreeSWITCH API command and returns the answer."""

    def __call__(self, name: str, *args: str) -> str: ...


class FollowingSwitch:
    """FreeSWITCH on a configuration that changes, without a restart.

    The dialplan holds for the next call; queues take new settings with callers in them: loading one again
    puts the new settings in the place of the old, and nobody leaves. What a plan no longer has stays loaded
    until FreeSWITCH starts anew: callers may still be there.

    >>> FollowingSwitch(lambda name, *args: "+OK").conf is None
    True
    """

    def __init__(self, api: Api, templates: Path = TEMPLATES) -> None:
        self.conf: SwitchConf | None = None
        """What FreeSWITCH was last told to be."""
        self._api = api
        self._templates = templates
        self._behind = False

    def follow(self, conf: SwitchConf) -> list[Path]:
        """Render it and have FreeSWITCH read what differs; the files that did.

        A folder that was never rendered into belongs to no FreeSWITCH here, and is left alone. ConfigError
        for what FreeSWITCH could not take, NotConnectedError while it cannot be reached.
        """
        files = conf.home / "conf"
        if not files.is_dir():
            return []
        before = {path: path.read_bytes() for path in files.rglob("*.xml")}
        render(conf, self._templates)
        changed = [path for path in sorted(files.rglob("*.xml")) if path.read_bytes() != before.get(path)]
        self._behind = self._behind or bool(changed)
        if self._behind:
            self._api("reloadxml")
        self._load(conf.centre.queues)
        if self._behind:
            logger.info("FreeSWITCH has read its configuration again: %d files differ", len(changed))
        self.conf, self._behind = conf, False
        return changed

    def _load(self, queues: tuple[Queue, ...]) -> None:
        loaded = self._loaded()
        told = self.conf.centre.queues if self.conf is not None else ()
        for queue in queues:
            if queue.name not in loaded or (self._behind and queue not in told):
                self._api("callcenter_config", "queue", "load", queue.name)

    def _loaded(self) -> set[str]:
        lines = self._api("callcenter_config", "queue", "list").splitlines()
        return {line.partition("|")[0] for line in lines[1:] if "|" in line}
