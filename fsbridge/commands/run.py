"""`fsbridge run`: the scripts served, the events watched, the past kept."""

from __future__ import annotations

import logging
import signal
from zoneinfo import ZoneInfo

import click
import gevent
from gevent.event import Event as Signal

from fsbridge.app import Watch, load_app, password_of, serving, speech_of
from fsbridge.attending import attending_of
from fsbridge.commands.common import log_to_terminal, with_settings
from fsbridge.config import Settings
from fsbridge.esl import Fallback
from fsbridge.following import following_of
from fsbridge.keeping import keeping_of
from fsbridge.routine import clockwork_of
from fsbridge.scripting.sounds import ToneSpeech

logger = logging.getLogger(__name__)


@click.command()
@with_settings("script", "drain", "outbound.port", "switch.host", "switch.port", "switch.password")
@click.option("--verbose", "-v", is_flag=True, help="Log every step.")
def run(settings: Settings, verbose: bool) -> None:
    """Serve the call scripts to FreeSWITCH, watch its events, and keep its call records.

    SIGTERM or Ctrl-C: new calls are refused at once (FreeSWITCH goes on without the script), those in
    progress have `drain` seconds, the rest go to the fallback. A second one ends at once.
    """
    log_to_terminal(verbose)
    app = load_app(settings.script)
    if isinstance(app.speech, ToneSpeech):  # the script has chosen none of its own
        app.speech = speech_of(settings)
    outbound = settings.outbound
    server = serving(
        app,
        address=outbound.listen,
        port=outbound.port,
        max_calls=outbound.max_connections,
        allow=outbound.allow,
        fallback=Fallback.parse(outbound.fallback),
    )
    freeswitch = settings.switch
    password = password_of(settings)
    keeping = keeping_of(settings)
    watch = Watch(
        freeswitch.host,
        freeswitch.port,
        password,
        zone=ZoneInfo(settings.zone),
        listener=keeping.hear if keeping else None,
    )
    if keeping:
        keeping.living = watch.living
    following = following_of(settings, app, watch, apart=gevent.get_hub().threadpool.apply)
    plan = following.live.plan if following.live else None
    attending = attending_of(settings, watch, plan, clock=app.clock)
    clockwork = clockwork_of(settings, follow=following.live.refresh if following.live else None)
    asked_to_end = Signal()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, _end, asked_to_end)
    if keeping:
        keeping.start()
    server.start()
    watch.start()
    following.start()
    if attending:
        attending.start()
    if clockwork:
        clockwork.start()
    watch.link.on_failure(asked_to_end.set)
    asked_to_end.wait()
    logger.info("ending: %d calls have %g s", server.connection_count, settings.drain)
    handed_over = server.drain(settings.drain)
    if clockwork:
        clockwork.stop()
    if attending:
        attending.stop()
    following.stop()
    watch.stop()
    if keeping:
        keeping.stop()
    logger.info("ended: %d calls served, %d handed to the fallback", server.served, handed_over)
    if watch.link.failure is not None:
        raise watch.link.failure


def _end(asked_to_end: Signal) -> None:
    if asked_to_end.is_set():
        raise SystemExit(1)
    asked_to_end.set()
