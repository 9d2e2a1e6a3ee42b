"""One call, one script: finds it, runs it, and sees that the caller is never lost."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fsbridge.errors import CallEnded, ConnectionLost, FsbridgeError
from fsbridge.esl.leg import Leg
from fsbridge.esl.outbound import OutboundSession
from fsbridge.scripting.app import App
from fsbridge.scripting.call import Call
from fsbridge.scripting.interruption import Interruption

logger = logging.getLogger(__name__)


def serve(leg: Leg, app: App, *, on_failure: Callable[[Exception], None] | None = None) -> None:
    """Runs the app's script for this leg in the present greenlet; returns when it is over.

    A script that returns has done its work: the call is hung up, unless it was transferred,
    released, or is gone. A script that raises, or a number without one, goes to the app's fallback;
    `on_failure` is told the error after it was logged.

    >>> from fsbridge.testing import Caller
    >>> app = App("demo", fallback="transfer:9000")
    >>> @app.route("100")
    ... def broken(call):
    ...     raise ValueError("a bug")
    >>> Caller(app, raise_failures=False).dial("100").transferred_to
    '9000 XML default'
    """
    interruption = Interruption()
    call = app.call(leg, interruption)
    leg.on_end(interruption.end)
    try:
        served = _run(call, app)
    except CallEnded as ended:
        logger.debug("call %s: ended (%s)", call.uuid, ended.cause)
        return
    except ConnectionLost as error:
        logger.warning("call %s: %s; FreeSWITCH goes on without the script", call.uuid, error)
        return
    except Exception as error:
        logger.exception("call %s: the script failed; the caller goes to %s", call.uuid, app.fallback)
        if on_failure is not None:
            on_failure(error)
        served = False
    finally:
        interruption.close()
    _part(call, app, served)


class Serving:
    """What an outbound server runs for each call it is brought: the app's scripts.

    >>> from fsbridge.esl.server import OutboundESLServer
    >>> app = App("demo")
    >>> server = OutboundESLServer(bind_port=0, application=Serving.of(app))
    >>> server.bind_port
    [0]
    """

    def __init__(self, session: OutboundSession, app: App) -> None:
        self._session = session
        self._app = app

    @classmethod
    def of(cls, app: App) -> Callable[[OutboundSession], Serving]:
        """The ``application`` of an `OutboundESLServer` that serves this app."""
        return lambda session: cls(session, app)

    def run(self) -> None:
        """Takes the call over and runs its script."""
        self._session.control()
        serve(self._session, self._app)


def _run(call: Call, app: App) -> bool:
    script = app.script_for(call)
    if script is None:
        logger.warning("call %s: no script for %s; it goes to %s", call.uuid, call.number, app.fallback)
        return False
    script(call)
    return True


def _part(call: Call, app: App, served: bool) -> None:
    leg = call.leg
    if leg.ended or (served and call.handed_over):
        return
    try:
        if served:
            leg.hangup("NORMAL_CLEARING")
        else:
            app.fallback.take(leg)
    except FsbridgeError as error:
        if not leg.ended:
            logger.error("call %s: could not leave the caller in order: %s", call.uuid, error)
