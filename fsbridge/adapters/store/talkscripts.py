"""Talk scripts in the store: the port of `fsbridge.services.talkscripts`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from fsbridge.adapters.store.models import AuditEntry, Flow, TalkScript
from fsbridge.adapters.store.store import Store
from fsbridge.services.talkscripts import ScriptRefused, ScriptVersion


class StoredScripts:
    """The talk scripts of a store; `locked` lets one change at a time happen, on either database.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredScripts(store).history("leak")
    ()
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def locked(self) -> Iterator[_Ledger]:
        """The scripts while nobody else changes them; undone if the block raises."""
        with self._store.writing() as database:
            database.lock("talk_script")
            yield _Ledger()

    def history(self, flow: str) -> Sequence[ScriptVersion]:
        """All versions of one, the oldest first."""
        with self._store.connection():
            return _Ledger().history(flow)


class _Ledger:
    """Within a transaction."""

    def history(self, flow: str) -> Sequence[ScriptVersion]:
        rows: Any = TalkScript.select().join(Flow).where(Flow.key == flow).order_by(TalkScript.version)
        return tuple(
            ScriptVersion(
                flow, row.version, row.title, row.body, row.author, row.created_at, row.published_at
            )
            for row in rows
        )

    def add(self, version: ScriptVersion) -> None:
        flow = Flow.get_or_none(Flow.key == version.flow, Flow.active)
        if flow is None:
            raise ScriptRefused(f"there is no flow {version.flow!r}")
        TalkScript.create(
            flow=flow,
            version=version.number,
            title=version.title,
            body=version.body,
            author=version.author,
            created_at=version.at,
            published_at=version.published_at,
        )

    def publish(self, flow: str, number: int, at: datetime) -> None:
        mine = TalkScript.flow.in_(Flow.select(Flow.id).where(Flow.key == flow))
        TalkScript.update(published_at=at).where(mine, TalkScript.version == number).execute()

    def record(self, at: datetime, by: str, action: str, flow: str, before: object, after: object) -> None:
        AuditEntry.create(
            at=at, actor=by, action=action, subject="talk script", which=flow, before=before, after=after
        )
