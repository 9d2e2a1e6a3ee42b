"""The looks that `fsbridge doctor` takes, each a few findings with a cure; nothing is changed."""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from fsbridge.adapters.speech import Voice
from fsbridge.adapters.speech.folder import SoundFolder
from fsbridge.adapters.switchconf import find_freeswitch
from fsbridge.adapters.switchconf.check import check as check_switch
from fsbridge.app import password_of, speech_of
from fsbridge.commands.common import words
from fsbridge.config import Settings
from fsbridge.domain.finding import Finding
from fsbridge.domain.plan import CentrePlan, gaps
from fsbridge.domain.schedule import check as check_schedule
from fsbridge.errors import FsbridgeError

_GIB = 2**30
LEAST_SPACE = 2 * _GIB
"""Below it the next recordings and the database may not find room."""
ENOUGH_SPACE = 20 * _GIB
"""About half a year of one operator's conversations, and every announcement many times."""

Look = Callable[[Settings, CentrePlan | None], Iterator[Finding]]


def diagnosis(settings: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which one would put things right."""
    yield from _home(settings)
    yield from _space(settings)
    found, plan = _database(settings)
    yield from found
    for look in LOOKS:
        yield from look(settings, plan)


def _home(settings: Settings) -> Iterator[Finding]:
    name, home = words("フォルダー", "home folder"), settings.home
    if not home.is_dir():
        yield Finding(
            name, False, f"{home}: {words('ありません', 'is not there')}", "fsbridge init --example kanazawa"
        )
        return
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            name, False, f"{home}: {words('書き込めません', 'cannot be written')}", f"chown -R $USER {home}"
        )
        return
    yield Finding(name, True, str(home))
    open_ = [path for path in (home, *home.glob("*.sqlite3"), home / "fsbridge.toml") if _others_read(path)]
    if open_:
        shown = ", ".join(map(str, open_))
        told = words(f"ほかの利用者も読めます：{shown}", f"others may read {shown}")
        yield Finding(words("権限", "rights"), False, told, f"chmod go-rwx {home}", grave=False)


def _space(settings: Settings) -> Iterator[Finding]:
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(place).free
    cure = words(
        "不要なものを消すか、広い場所に移してください", "make room, or move the home folder to a larger disk"
    )
    yield Finding(
        words("空き容量", "disk space"), free >= ENOUGH_SPACE, f"{free / _GIB:,.1f} GiB ({place})", cure,
        grave=free < LEAST_SPACE,
    )  # fmt: skip


def _database(settings: Settings) -> tuple[list[Finding], CentrePlan | None]:
    from fsbridge.adapters.store import Store
    from fsbridge.adapters.store.migrate import SchemaError
    from fsbridge.adapters.store.plan import NoPlan, StoredPlan

    name = words("データベース", "database")
    store = Store(settings.database_url)
    try:
        store.ready()
        plan = StoredPlan(store).load()
    except SchemaError as error:
        return [Finding(name, False, str(error), "fsbridge db migrate")], None
    except NoPlan as error:
        return [Finding(name, False, str(error), "fsbridge init --example kanazawa")], None
    except FsbridgeError as error:
        cure = words(
            "fsbridge init、または設定 database を直す", "fsbridge init, or correct the setting `database`"
        )
        return [Finding(name, False, str(error), cure)], None
    finally:
        store.close()
    return [Finding(name, True, f"{store.url}: {plan.name}")], plan


def _clock(settings: Settings, plan: CentrePlan | None) -> Iterator[Finding]:
    name = words("時刻", "clock")
    here = dt.datetime.now(ZoneInfo(settings.zone))
    if plan is not None and plan.zone != settings.zone:
        told = words(
            f"設定は {settings.zone}、センターは {plan.zone}",
            f"set to {settings.zone}, the centre has {plan.zone}",
        )
        yield Finding(name, False, told, f'zone = "{plan.zone}"  ({settings.home / "fsbridge.toml"})')
        return
    built = dt.datetime.fromtimestamp(Path(__file__).stat().st_mtime, dt.UTC)
    told = f"{here:%Y-%m-%d %H:%M} {settings.zone} (UTC{here:%z})"
    yield Finding(
        name,
        here > built - dt.timedelta(days=1),
        told,
        words("時計を合わせてください（NTP）", "set the clock (NTP)"),
    )


def _plan(settings: Settings, plan: CentrePlan | None) -> Iterator[Finding]:
    if plan is None:
        return
    year = dt.date.today().year
    odd = [one for at in (year, year + 1) for one in check_schedule(plan.schedule, at)]
    told = "; ".join(one.message for one in odd) or words(f"{year}年と{year + 1}年", f"{year} and {year + 1}")
    yield Finding(
        words("受付時間", "schedule"), not odd, told, f"fsbridge schedule check {year}", grave=False
    )
    for sentence in gaps(plan):
        place, _, cure = sentence.partition("; ")
        yield Finding(words("受け持ち", "plan"), False, place, cure, grave=False)


def _speech(settings: Settings, plan: CentrePlan | None) -> Iterator[Finding]:
    name, engine = words("音声合成", "speech"), settings.speech.engine
    cure = words(
        "speech.engine を変えるか、そのプログラムを入れる", "set another speech.engine, or install this one"
    )
    text = plan.announcements[0].text if plan is not None and plan.announcements else "はい。"
    try:
        with tempfile.TemporaryDirectory() as folder:
            apart = replace(settings, speech=replace(settings.speech, folder=folder, fallback=""))
            speech = speech_of(apart)
            sound = speech.render(text, "")
            if isinstance(speech, Voice):
                speech.stop()
    except FsbridgeError as error:
        yield Finding(name, False, f"{engine}: {error}", cure)
        return
    yield Finding(name, bool(sound), f"{engine}: 「{text[:20]}…」", cure)


def _sounds(settings: Settings, plan: CentrePlan | None) -> Iterator[Finding]:
    if plan is None:
        return
    published = SoundFolder(settings.home / "sounds" / "published")
    missing = [one.key for one in plan.announcements if not published.has(one.key)]
    total = len(plan.announcements)
    told = words(f"{total} のうち {total - len(missing)}", f"{total - len(missing)} of {total} rendered")
    if missing:
        told += words(f"。未作成：{'、'.join(missing)}", f"; missing: {', '.join(missing)}")
    yield Finding(
        words("ガイダンス", "announcements"), not missing, told, "fsbridge announce render", grave=False
    )


def _freeswitch(settings: Settings, plan: CentrePlan | None) -> Iterator[Finding]:
    name = "FreeSWITCH"
    switch = settings.switch
    try:
        program = str(find_freeswitch())
        yield Finding(name, True, program)
    except FsbridgeError as error:
        local = switch.host in ("127.0.0.1", "::1", "localhost")
        yield Finding(
            name,
            False,
            str(error),
            words("FreeSWITCH 1.11.1 以上を入れる", "install FreeSWITCH 1.11.1 or later"),
            grave=local,
        )
    try:
        password = password_of(settings)
    except FsbridgeError as error:
        yield Finding(name, False, str(error), "fsbridge switch run", grave=False)
        return
    queues = [one.key for one in plan.queues] if plan is not None else []
    for one in check_switch(switch.host, switch.port, password, queues):
        yield Finding(f"{name}: {one.name}", one.ok, one.found, one.cure)


def _ports(settings: Settings, plan: CentrePlan | None) -> Iterator[Finding]:
    name = words("ポート", "ports")
    switch = settings.switch
    wanted = [
        ("outbound.port", settings.outbound.listen, settings.outbound.port),
        ("cdr.port", settings.cdr.listen, settings.cdr.port),
        ("switch.port", switch.host, switch.port),
        ("switch.sip_port", switch.host, switch.sip_port),
        ("switch.verto_port", switch.host, switch.verto_port),
    ]
    taken = [f"{key} {port}" for key, host, port in wanted if port and not _free(host, port)]
    if not taken:
        yield Finding(name, True, words("すべて空いています", "all free"))
        return
    told = words(f"使用中：{'、'.join(taken)}", f"in use: {', '.join(taken)}")
    cure = words(
        "FreeSWITCHは応答しません。その番号を使うものを止めるか、設定で別の番号にする",
        "FreeSWITCH does not answer: stop what uses them, or give these settings other ports",
    )
    yield Finding(name, _answers(switch.host, switch.port), told, cure, grave=False)


def _answers(host: str, port: int) -> bool:
    """Whether an event socket greets there."""
    try:
        with socket.create_connection((host, port), timeout=2) as one:
            return one.recv(64).startswith(b"Content-Type: auth/request")
    except OSError:
        return False


def _free(host: str, port: int) -> bool:
    """Whether a server could listen there now; also where the address is another machine's."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        return True
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(address)
        except OSError as error:
            return error.errno != errno.EADDRINUSE
    return True


def _others_read(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


LOOKS: tuple[Look, ...] = (_clock, _plan, _speech, _sounds, _freeswitch, _ports)
"""The looks after the database's, in the order in which they are shown."""
