"""The composition of announcements: the voice of the settings, the store's shelf, the published folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fsbridge.adapters.speech import Studio, Voice, read_readings
from fsbridge.config import Settings
from fsbridge.errors import ConfigError
from fsbridge.following import published_folder
from fsbridge.services.announcements import Announcements
from fsbridge.services.emergency import Emergencies

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store


@contextmanager
def studio_of(settings: Settings) -> Iterator[Studio]:
    """Where announcements are made; ConfigError for an engine that says no words."""
    chosen = settings.speech
    if chosen.engine == "tone":
        raise ConfigError("speech.engine is tone, which says no words; choose openjtalk, google or espeak-ng")
    readings = read_readings(Path(chosen.readings)) if chosen.readings else None
    try:
        voice = Voice(chosen.engine, settings.speech_folder, readings=readings)
    except ConfigError as error:
        raise ConfigError(f"speech.engine: {error}") from None
    try:
        yield Studio(voice, published_folder(settings))
    finally:
        voice.stop()


@contextmanager
def announcements_of(settings: Settings, store: Store) -> Iterator[tuple[Announcements, Studio]]:
    """The announcements of a store, and the studio they are made in."""
    from fsbridge.adapters.store.announcements import StoredShelf

    with studio_of(settings) as studio:
        yield Announcements(StoredShelf(store), studio), studio


@contextmanager
def emergencies_of(settings: Settings, store: Store) -> Iterator[Emergencies]:
    """The emergency announcements of a store."""
    from fsbridge.adapters.store.emergencies import StoredEmergencies

    board = StoredEmergencies(store)
    with studio_of(settings) as studio:
        yield Emergencies(board, studio, board.flows)
