"""Which events a client of the Event Socket hears: names, subclasses, filters, one leg alone."""

from __future__ import annotations

from fsbridge.embedded.arguments import found_in
from fsbridge.embedded.core import Fired

_EVENT_NAMES_TEXT = """
CUSTOM CLONE CHANNEL_CREATE CHANNEL_DESTROY CHANNEL_STATE CHANNEL_CALLSTATE CHANNEL_ANSWER
CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HOLD
CHANNEL_UNHOLD CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA
CHANNEL_OUTGOING CHANNEL_PARK CHANNEL_UNPARK CHANNEL_APPLICATION CHANNEL_ORIGINATE CHANNEL_UUID API
LOG INBOUND_CHAN OUTBOUND_CHAN STARTUP SHUTDOWN PUBLISH UNPUBLISH TALK NOTALK SESSION_CRASH
MODULE_LOAD MODULE_UNLOAD DTMF MESSAGE PRESENCE_IN NOTIFY_IN PRESENCE_OUT PRESENCE_PROBE
MESSAGE_WAITING MESSAGE_QUERY ROSTER CODEC BACKGROUND_JOB DETECTED_SPEECH DETECTED_TONE
PRIVATE_COMMAND HEARTBEAT TRAP ADD_SCHEDULE DEL_SCHEDULE EXE_SCHEDULE RE_SCHEDULE RELOADXML NOTIFY
PHONE_FEATURE PHONE_FEATURE_SUBSCRIBE SEND_MESSAGE RECV_MESSAGE REQUEST_PARAMS CHANNEL_DATA GENERAL
COMMAND SESSION_HEARTBEAT CLIENT_DISCONNECTED SERVER_DISCONNECTED SEND_INFO RECV_INFO
RECV_RTCP_MESSAGE SEND_RTCP_MESSAGE CALL_SECURE NAT RECORD_START RECORD_STOP PLAYBACK_START
PLAYBACK_STOP CALL_UPDATE FAILURE SOCKET_DATA MEDIA_BUG_START MEDIA_BUG_STOP CONFERENCE_DATA_QUERY
CONFERENCE_DATA CALL_SETUP_REQ CALL_SETUP_RESULT CALL_DETAIL DEVICE_STATE TEXT SHUTDOWN_REQUESTED
ALL
"""
EVENT_NAMES = frozenset(_EVENT_NAMES_TEXT.split())
"""The names FreeSWITCH knows; others in a subscription are passed over."""
_OF_A_LEG_TEXT = """
CHANNEL_ANSWER CHANNEL_APPLICATION CHANNEL_BRIDGE CHANNEL_CREATE CHANNEL_DATA CHANNEL_DESTROY
CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_ORIGINATE
CHANNEL_UUID CHANNEL_OUTGOING CHANNEL_PARK CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_STATE
CHANNEL_UNBRIDGE CHANNEL_UNPARK DETECTED_SPEECH DTMF NOTALK TALK
"""
OF_A_LEG = frozenset(_OF_A_LEG_TEXT.split())
"""What ``myevents`` subscribes to."""


class Subscriptions:
    """What one client asked for.

    >>> wanted = Subscriptions()
    >>> wanted.add(["CHANNEL_ANSWER", "CUSTOM", "callcenter::info"])
    True
    >>> wanted.covers("CUSTOM", "callcenter::info"), wanted.covers("CUSTOM", "sofia::register")
    (True, False)
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.subclasses: set[str] = set()
        self.filters: list[tuple[str, str]] = []
        self.mine = ""
        """The leg whose events alone are wanted; empty: anybody's."""

    @property
    def any(self) -> bool:
        """Whether it listens at all."""
        return bool(self.names)

    def add(self, words: list[str]) -> bool:
        """``event``: names, and after CUSTOM subclasses; False if no name was known."""
        custom, known = False, 0
        for word in words:
            if custom:
                self.subclasses.add(word)
            elif word.upper() in EVENT_NAMES:
                known += 1
                self.names.add(word.upper())
                custom = word.upper() == "CUSTOM"
        return bool(known)

    def remove(self, words: list[str]) -> bool:
        """``nixevent``: the same words, unwanted; False if no name was known."""
        custom, known = False, 0
        for word in words:
            name = word.upper()
            if custom:
                self.subclasses.discard(word)
            elif name in EVENT_NAMES:
                known += 1
                if name == "ALL":
                    self.names.clear()
                elif name == "CUSTOM":
                    custom = True
                else:
                    if "ALL" in self.names:
                        self.names = set(EVENT_NAMES) - {"ALL"}
                    self.names.discard(name)
        return bool(known)

    def clear(self) -> None:
        """``noevents``."""
        self.names.clear()
        self.subclasses.clear()

    def only(self, uuid: str) -> None:
        """``myevents``: what concerns one leg."""
        self.mine = uuid
        self.names |= OF_A_LEG

    def covers(self, name: str, subclass: str) -> bool:
        """Whether events of this name are wanted, filters aside."""
        if "ALL" in self.names:
            return True
        return name in self.names and (name != "CUSTOM" or not subclass or subclass in self.subclasses)

    def admits(self, event: Fired) -> bool:
        """Whether the filters and the leg let an event through."""
        if self.filters and not self._filtered(event):
            return False
        if not self.mine:
            return True
        return self.mine in (event.get("Unique-ID"), event.get("Job-Owner-UUID"))

    def _filtered(self, event: Fired) -> bool:
        passes = False
        for header, wanted in self.filters:
            value = event.get(header)
            if value is None:
                continue
            negative = wanted.startswith("-")
            text = wanted.lstrip("+- ")
            if passes and not negative:
                continue
            pattern = text.startswith("/")
            hit = found_in(text.strip("/"), value) if pattern else value.lower() == text.lower()
            if hit and negative:
                return False
            passes = passes or hit
        return passes
