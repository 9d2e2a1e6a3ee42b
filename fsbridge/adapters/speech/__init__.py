"""Announcements by synthesis: engines, a folder of rendered sounds, and the voice scripts speak with.

Importing it is light; engines, decoders and arithmetic are loaded in the process that speaks.
"""

from fsbridge.adapters.speech.engines import Command, Engine, OpenJTalk, make_engine
from fsbridge.adapters.speech.folder import SoundFolder
from fsbridge.adapters.speech.readings import Readings, read_readings
from fsbridge.adapters.speech.shelf import FileShelf
from fsbridge.adapters.speech.studio import Studio
from fsbridge.adapters.speech.voice import Voice

__all__ = [
    "Command",
    "Engine",
    "FileShelf",
    "OpenJTalk",
    "Readings",
    "SoundFolder",
    "Studio",
    "Voice",
    "make_engine",
    "read_readings",
]
