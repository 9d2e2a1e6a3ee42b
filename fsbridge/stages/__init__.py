"""Where made-up people call and are called: the embedded switch or a FreeSWITCH, seen alike."""

from fsbridge.stages.stage import Caller, Seconds, Stage

__all__ = ["Caller", "Seconds", "Stage"]
