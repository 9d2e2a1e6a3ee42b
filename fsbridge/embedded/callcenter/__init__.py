"""mod_callcenter's behaviour: queues, agents, tiers, offers and visits, with its events in its order."""

from fsbridge.embedded.callcenter.center import Callcenter
from fsbridge.embedded.callcenter.model import QueueConf

__all__ = ["Callcenter", "QueueConf"]
