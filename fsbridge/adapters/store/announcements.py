"""Versions of announcements in the store: a shelf for `fsbridge.services.announcements`."""

from __future__ import annotations

from collections.abc import Sequence

from peewee import IntegrityError

from fsbridge.adapters.store.models import Announcement, AuditEntry
from fsbridge.adapters.store.store import Store
from fsbridge.domain.soundnames import checked
from fsbridge.errors import SpeechError
from fsbridge.services.announcements import Version

_SOURCES = {"speech": "synthesis", "studio": "recording"}


class StoredShelf:
    """The announcements of a store, the plan's among them; who changed one is in the audit log.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> store = Store(f"sqlite:///{folder.name}/centre.sqlite3")
    >>> _ = store.migrate()
    >>> StoredShelf(store).history("closed")
    []
    >>> store.close(); folder.cleanup()
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def names(self) -> Sequence[str]:
        """Every announcement there is, in the order in which they came."""
        with self._store.connection():
            first = Announcement.select().where(Announcement.version == 1)
            return [row.key for row in first.order_by(Announcement.id)]

    def history(self, name: str) -> Sequence[Version]:
        """All versions of one, oldest first; InvalidArgument for a name no file can have."""
        checked(name)
        with self._store.connection():
            rows = Announcement.select().where(Announcement.key == name)
            return [_version(row) for row in rows.order_by(Announcement.version)]

    def add(self, version: Version) -> None:
        """Keep a version; SpeechError when somebody else was first with this number."""
        checked(version.name)
        try:
            with self._store.writing():
                before = Announcement.get_or_none(
                    Announcement.key == version.name, Announcement.version == version.number - 1
                )
                Announcement.create(
                    key=version.name,
                    version=version.number,
                    title=before.title if before else "",
                    text=version.text,
                    source=_SOURCES[version.source],
                    voice=version.voice,
                    sound=version.sound,
                    author=version.author,
                    created_at=version.at,
                    published_at=version.at,
                )
                AuditEntry.create(
                    at=version.at,
                    actor=version.author,
                    action="changed" if before else "added",
                    subject="announcement",
                    which=version.name,
                    before={"version": before.version, "text": before.text} if before else None,
                    after={"version": version.number, "text": version.text, "source": version.source},
                )
        except IntegrityError:
            raise SpeechError(
                f"announcement {version.name!r} was changed by somebody else meanwhile; look at it again"
            ) from None

    def rendered(self, version: Version) -> None:
        """A version that was kept without its sound has one now."""
        with self._store.connection():
            Announcement.update(sound=version.sound).where(
                Announcement.key == version.name, Announcement.version == version.number
            ).execute()


def _version(row: Announcement) -> Version:
    return Version(
        name=row.key,
        number=row.version,
        source="studio" if row.source == "recording" else "speech",
        text=row.text,
        voice=row.voice,
        sound=row.sound,
        author=row.author,
        at=row.created_at,
    )
