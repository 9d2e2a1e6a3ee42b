"""A FreeSWITCH process on a rendered configuration: found, started, ready, stopped."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from fsbridge.adapters.switchconf.model import SwitchConf
from fsbridge.adapters.switchconf.render import PASSWORD_FILE
from fsbridge.errors import ConfigError, FsbridgeError
from fsbridge.esl import InboundESL

logger = logging.getLogger(__name__)

PREFIXES = ("/usr/local/freeswitch", "/opt/freeswitch", "/usr")
"""Where packages and ``make install`` put it."""
CURE = (
    "install FreeSWITCH 1.11.1 or later (packages: https://developer.signalwire.com/freeswitch/), "
    "or name its program in FSBRIDGE_FREESWITCH"
)


def find_freeswitch(environment: Mapping[str, str] = os.environ, prefixes: Sequence[str] = PREFIXES) -> Path:
    """The FreeSWITCH program: FSBRIDGE_FREESWITCH (program or prefix), PATH, then the usual prefixes.

    ConfigError says what to install when there is none.

    >>> find_freeswitch({"FSBRIDGE_FREESWITCH": "/nowhere"})
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: FSBRIDGE_FREESWITCH is /nowhere: no FreeSWITCH there; correct it or unset it
    """
    named = environment.get("FSBRIDGE_FREESWITCH", "")
    if named:
        for path in (Path(named), Path(named, "bin", "freeswitch"), Path(named, "freeswitch")):
            if _is_program(path):
                return path
        raise ConfigError(f"FSBRIDGE_FREESWITCH is {named}: no FreeSWITCH there; correct it or unset it")
    on_path = shutil.which("freeswitch", path=environment.get("PATH", ""))
    for path in [Path(on_path)] if on_path else [Path(prefix, "bin", "freeswitch") for prefix in prefixes]:
        if _is_program(path):
            return path.resolve()
    raise ConfigError(f"no FreeSWITCH found on PATH or in {', '.join(prefixes)}; {CURE}")


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def profile_runs(status: str, profile: str) -> bool:
    """Whether ``sofia xmlstatus`` says that a SIP profile takes calls.

    >>> profile_runs("<all><profile><name>trunk</name><state>RUNNING</state></profile></all>", "trunk")
    True
    """
    try:
        rows = ElementTree.fromstring(status).iter("profile")
    except ElementTree.ParseError:
        return False
    states = [row.findtext("state", "") for row in rows if row.findtext("name") == profile]
    return any(state.startswith("RUNNING") for state in states)


def command_line(program: Path, home: Path) -> list[str]:
    """What starts FreeSWITCH in the foreground, with every folder it writes to inside `home`.

    >>> command_line(Path("/usr/bin/freeswitch"), Path("/srv/centre"))[:5]
    ['/usr/bin/freeswitch', '-nf', '-nc', '-nonat', '-np']
    """
    folders = {
        "-conf": "conf", "-log": "log", "-run": "run", "-db": "db", "-temp": "tmp",
        "-certs": "certs", "-recordings": "recordings", "-storage": "storage", "-cache": "cache",
        "-sounds": "sounds", "-scripts": "scripts", "-grammar": "grammar", "-htdocs": "htdocs",
    }  # fmt: skip
    line = [str(program), "-nf", "-nc", "-nonat", "-np"]
    for option, folder in folders.items():
        line += [option, str(home / folder)]
    return line


class FreeSwitch:
    """One FreeSWITCH of ours on the configuration rendered for `conf`; restart it as often as you like.

    `wrapper` goes before its command line. Its output goes to ``log/console.log`` in its home.

    >>> from fsbridge.adapters.switchconf import conf_of
    >>> from fsbridge.config import load
    >>> switch = FreeSwitch(Path("/usr/bin/freeswitch"), conf_of(load(home="/nowhere", environment={})))
    >>> switch.running, switch.log
    (False, PosixPath('/nowhere/switch/log/freeswitch.log'))
    """

    def __init__(self, program: Path, conf: SwitchConf, wrapper: Sequence[str] = ()) -> None:
        self.program = program
        self.conf = conf
        self._wrapper = list(wrapper)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id; 0 before the start."""
        return self._process.pid if self._process else 0

    @property
    def console(self) -> Path:
        """What it printed."""
        return self.conf.home / "log" / "console.log"

    @property
    def password_file(self) -> Path:
        """Where its event socket's password stands."""
        return self.conf.home / PASSWORD_FILE

    @property
    def log(self) -> Path:
        """Its log."""
        return self.conf.home / "log" / "freeswitch.log"

    def refuse_second(self) -> None:
        """FsbridgeError if another FreeSWITCH lives in this home: it holds a lock on its pid file."""
        try:
            with (self.conf.home / "run" / "freeswitch.pid").open("r+") as file:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return
        except OSError:
            raise FsbridgeError(f"a FreeSWITCH runs already in {self.conf.home}; end it first") from None

    def start(self) -> None:
        """Start the process and return at once; see `wait_ready`."""
        if self.running:
            return
        self.refuse_second()
        line = [*self._wrapper, *command_line(self.program, self.conf.home)]
        with self.console.open("ab") as output:
            # its own session: a Ctrl-C at our terminal is ours, and we stop it in good order
            self._process = subprocess.Popen(
                line, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    def wait_ready(self, within: float = 30.0) -> float:
        """Wait until calls are taken; returns the seconds it took, FsbridgeError if it never does."""
        began = time.monotonic()
        missing = "it has not been started"
        while time.monotonic() - began < within:
            if not self.running:
                raise FsbridgeError(f"FreeSWITCH ended at its start; see {self.console} and {self.log}")
            missing = self._missing()
            if not missing:
                return time.monotonic() - began
            time.sleep(0.05)
        raise FsbridgeError(f"FreeSWITCH is not ready after {within:g} s: {missing}; see {self.log}")

    def _missing(self) -> str:
        """What is not there yet; empty when all is."""
        profiles = ["trunk", *(["phones"] if self.conf.phones_port else [])]
        try:
            with self.connect() as esl:
                status = esl.api("sofia", "xmlstatus")
                down = next((one for one in profiles if not profile_runs(status, one)), None)
                if down is not None:
                    return f"the SIP profile {down} is not up"
                queues = esl.api("callcenter_config", "queue", "list")
                if not all(queue.name in queues for queue in self.conf.centre.queues):
                    return "the queues are not loaded"
        except (FsbridgeError, OSError) as error:
            return str(error)
        return ""

    def connect(self, timeout: float = 5.0) -> InboundESL:
        """A fresh connection to its event socket, to be used with ``with``."""
        return InboundESL(self.conf.host, self.conf.port, self.conf.password, timeout)

    def api(self, name: str, *args: str) -> str:
        """The output of one API command, asked over a connection of its own."""
        with self.connect() as esl:
            return esl.api(name, *args)

    def terminate(self) -> None:
        """Ask it to end in good order, and return at once."""
        if self.running and self._process is not None:
            self._process.terminate()

    def stop(self, within: float = 10.0) -> None:
        """End it in good order; what has not ended `within` seconds is killed."""
        if self._process is None:
            return
        self.terminate()
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            logger.warning("FreeSWITCH did not end within %g s and is killed", within)
            self.kill()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def wait(self) -> int:
        """Wait until it ends by itself; returns its exit code."""
        return self._process.wait() if self._process else 0

    def __enter__(self) -> FreeSwitch:
        self.start()
        self.wait_ready()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
