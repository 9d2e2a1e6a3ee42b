"""The templates of `freeswitch_conf` made into a folder that FreeSWITCH boots from."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import fsbridge
from fsbridge.adapters.switchconf.certificates import make_certificates
from fsbridge.adapters.switchconf.hours import rules_of, zone_rule
from fsbridge.adapters.switchconf.model import SwitchConf
from fsbridge.adapters.switchconf.text import plain
from fsbridge.domain.records import PUT_AWAY, VISITS
from fsbridge.domain.schedule import OUT_OF_HOURS
from fsbridge.errors import ConfigError

TEMPLATES = Path(fsbridge.__file__).parent.parent / "freeswitch_conf" / "centre"
"""The templates that ship with the project."""
FOLDERS = (
    "cache", "cdr", "certs", "conf", "db", "grammar", "htdocs", "images",
    "log", "recordings", "run", "scripts", "sounds/music", "storage", "tmp",
)  # fmt: skip
"""What FreeSWITCH may write to, all inside its home."""
OWN = ("public.d", "operators.d", "desk.d")
"""Folders under ``conf/dialplan`` for extensions of one's own; rendering leaves them alone."""
PASSWORD_FILE = "event-socket-password"
CDR_SECRET_FILE = "call-record-secret"

_PUT_AWAY = Markup(f"{VISITS}=${{{VISITS}}}," + "|".join(f"${{{name}}}" for name in PUT_AWAY))
"""What `fsbridge.domain.records.put_away` does, in the dialplan's words: FreeSWITCH shall expand these."""


def render(conf: SwitchConf, templates: Path = TEMPLATES) -> list[Path]:
    """Write the configuration and its folders below ``conf.home``; returns the files written.

    Each file replaces its predecessor whole, so a running FreeSWITCH never reads half of one.
    ConfigError if a value holds anything FreeSWITCH would expand.

    >>> from fsbridge.adapters.switchconf import conf_of
    >>> from fsbridge.config import load
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = render(conf_of(load(home=folder, environment={})))
    >>> "freeswitch.xml" in [path.name for path in files]
    True
    """
    if not templates.is_dir():
        raise ConfigError(
            f"no templates in {templates}; set switch.templates to the folder freeswitch_conf/centre"
        )
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inserted,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    values = _values(conf)
    texts = {
        Path(name).with_suffix(""): environment.get_template(name).render(values)
        for name in environment.list_templates(extensions=["j2"])
    }
    conf.home.mkdir(parents=True, exist_ok=True)
    conf.home.chmod(0o700)
    for folder in FOLDERS:
        (conf.home / folder).mkdir(parents=True, exist_ok=True)
    make_certificates(conf.home / "certs")
    written = [_write(conf.home / "conf" / path, text) for path, text in sorted(texts.items())]
    for folder in OWN:
        (conf.home / "conf" / "dialplan" / folder).mkdir(exist_ok=True)
    (conf.home / "conf" / "directory" / "operators.d").mkdir(exist_ok=True)
    written.append(_write(conf.home / PASSWORD_FILE, conf.password + "\n"))
    if conf.cdr_secret:
        written.append(_write(conf.home / CDR_SECRET_FILE, conf.cdr_secret + "\n"))
    return written


def password_in(home: Path, name: str = PASSWORD_FILE) -> str:
    """The event socket's password (or another secret) of the configuration in this folder, or a fresh one.

    >>> len(password_in(Path("/nowhere")))
    32
    """
    path = home / name
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(24)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}; delete it to have a new password made") from None


def _values(conf: SwitchConf) -> dict[str, object]:
    centre = conf.centre
    sounds = dict(centre.announcements)
    reasons = list(dict.fromkeys([OUT_OF_HOURS, *(rule.announcement for rule in centre.hours.rules)]))
    for reason in reasons:
        sounds.setdefault(reason, sounds[OUT_OF_HOURS])
    return {
        "conf": conf,
        "numbers": "|".join(re.escape(number).replace("X", "[0-9]") for number in centre.numbers),
        "operators": "|".join(re.escape(operator.user) for operator in centre.operators),
        "rules": rules_of(centre.hours),
        "reasons": reasons,
        "announcements": sounds,
        "zone_rule": zone_rule(centre.hours.zone),
        "put_away": _PUT_AWAY,
        "hold_music": next(one.music for one in centre.queues if one.name == centre.fallback_queue),
    }


def _inserted(value: object) -> object:
    if isinstance(value, Markup):
        return value
    return plain("a value of the configuration", str(value))


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)
    return path
