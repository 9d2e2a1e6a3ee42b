"""The composition of handovers: a centre's tables and files put together, and removed at the end."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fsbridge.adapters.handover.stocks import OWN, SETTINGS, RecordingStock, SettingsStock
from fsbridge.adapters.handover.tree import Tree
from fsbridge.adapters.switchconf.render import CDR_SECRET_FILE, FOLDERS, PASSWORD_FILE
from fsbridge.config import Settings
from fsbridge.following import published_folder
from fsbridge.recording import folder_of, living_legs
from fsbridge.services.erasure import Erasure, Place
from fsbridge.services.handover import Handover, HandoverError, Manifest, Stock, Tell, Trouble

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store

CERTIFICATES = "certificates"
"""The folder of the home that stays when everything else goes."""
_OURS = ("switch", "sounds", "backups", "reports", *OWN, "panel.key")
_SWITCH = tuple(sorted({*(name.partition("/")[0] for name in FOLDERS), PASSWORD_FILE, CDR_SECRET_FILE}))
_RATES = ("8000", "48000")
_LIVELY = timedelta(seconds=30)
"""`fsbridge run` writes down every few seconds what it does; after so long without, it is not there."""
_WITHIN = 1.0


def export(
    settings: Settings, store: Store, folder: Path, *, by: str, at: datetime, secrets: bool, tell: Tell
) -> Manifest:
    """Write a centre into a folder; HandoverError if it is there already."""
    from fsbridge.adapters.handover.newcase import CaseWriter

    with CaseWriter(folder) as case:
        centre = _handover(settings, store, secrets=secrets)
        return centre.export(case, by=by, at=at, secrets=secrets, tell=tell)


def verify(folder: Path, tell: Tell) -> tuple[Manifest, list[Trouble]]:
    """What a handover says it is, and everything that is wrong with it."""
    from fsbridge.adapters.handover.case import CaseFolder
    from fsbridge.adapters.handover.checking import check

    case = CaseFolder(folder)
    return case.manifest, list(check(case, tell))


def take_in(settings: Settings, store: Store, folder: Path, *, by: str, at: datetime, tell: Tell) -> Manifest:
    """Take a handover into an empty system; HandoverError, and nothing done, if it is damaged."""
    from fsbridge.adapters.handover.case import CaseFolder

    _, troubles = verify(folder, tell)
    if grave := [one for one in troubles if one.grave]:
        raise HandoverError(
            f"{folder}: {grave[0].place}: {grave[0].what} ({len(grave)} troubles): nothing was taken in; "
            "see `fsbridge handover verify`"
        )
    return _handover(settings, store, secrets=True).take_in(CaseFolder(folder), by=by, at=at, tell=tell)


def compare(one: Path, other: Path) -> list[str]:
    """Where two handovers hold something else; what handovers themselves left in the audit log aside."""
    from fsbridge.adapters.handover.case import CaseFolder
    from fsbridge.adapters.handover.comparing import differences

    return list(differences(CaseFolder(one), CaseFolder(other)))


def erasure_of(settings: Settings, store: Store, elsewhere: Sequence[str] = ()) -> Erasure:
    """The end of a centre; `elsewhere` names copies that only people can remove."""
    from fsbridge.adapters.handover.erasing import BucketPlace, EraseCertificate, FolderPlace, StoredData

    home = settings.home
    places: list[Place] = []
    if settings.recordings.storage:
        places.append(BucketPlace(settings.recordings.storage, folder_of(settings), store))
    places.append(FolderPlace("home", home, _OURS))
    if settings.switch.folder and not _within(settings.switch_folder, home):
        places.append(FolderPlace("switch", settings.switch_folder, _SWITCH))
    if settings.speech.folder and not _within(settings.speech_folder, home):
        places.append(FolderPlace("spoken", settings.speech_folder, _RATES))
    return Erasure(
        StoredData(store),
        places,
        EraseCertificate(home / CERTIFICATES),
        running=lambda: list(_alive(settings, store)),
        clock=lambda: datetime.now(UTC),
        final=[FolderPlace("home", home, (SETTINGS,))],
        elsewhere=[*_strangers(settings), *elsewhere],
    )


def _handover(settings: Settings, store: Store, *, secrets: bool) -> Handover:
    from fsbridge.adapters.handover.tables import StoredTables

    home = settings.home
    stocks: dict[str, Stock] = {
        "recordings": RecordingStock(settings.recordings.storage, folder_of(settings)),
        "cdr": Tree(settings.switch_folder / "cdr"),
        "sounds/published": Tree(published_folder(settings)),
        "sounds/spoken": Tree(settings.speech_folder),
        CERTIFICATES: Tree(home / CERTIFICATES),
        "settings": SettingsStock(home, secrets=secrets),
    }
    return Handover(StoredTables(store), stocks)


def _alive(settings: Settings, store: Store) -> Iterator[str]:
    """Why there may be calls, in sentences."""
    from fsbridge.adapters.store.jobs import StoredJobs

    now = datetime.now(UTC)
    for state in StoredJobs(store).states().values():
        lately = state.ended_at is not None and now - state.ended_at < _LIVELY
        if state.running(now) or lately:
            who = state.holder or "another process"
            yield f"{who} does the centre's jobs ({state.key}): end `fsbridge run`, and wait 30 s"
            break
    listening = settings.outbound
    if _answers(listening.listen, listening.port):
        yield f"something takes calls at {listening.listen}:{listening.port}: end `fsbridge run` first"
    if not _answers(settings.switch.host, settings.switch.port):
        return
    place = f"FreeSWITCH at {settings.switch.host}:{settings.switch.port}"
    legs = living_legs(settings)
    if legs is None:
        yield f"{place} answers, and could not be asked for its calls: stop it first"
    else:
        yield f"{place} runs ({len(legs)} legs of calls): stop it first, it would record the next call"


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), _WITHIN).close()
    except OSError:
        return False
    return True


def _strangers(settings: Settings) -> Iterator[str]:
    """What else is in the home folder."""
    try:
        names = sorted(os.listdir(settings.home))
    except OSError:
        return
    database = Path(settings.database_url.removeprefix("sqlite:///")).name
    known = {*_OURS, SETTINGS, CERTIFICATES, *(f"{database}{end}" for end in ("", "-wal", "-shm"))}
    for name in names:
        if name not in known:
            yield f"{settings.home / name} is no file of the centre's: look at it"


def _within(folder: Path, home: Path) -> bool:
    return folder.is_relative_to(home)
