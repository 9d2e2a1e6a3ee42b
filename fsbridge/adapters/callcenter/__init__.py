"""mod_callcenter: its lists as rows, its commands as methods.

>>> def api(name, *args):
...     return "name|status|state\\nop01|Available|Waiting\\n+OK\\n"
>>> [row.name for row in Callcenter(api).operators()]
['op01']
"""

from fsbridge.adapters.callcenter.commands import Api, Callcenter
from fsbridge.adapters.callcenter.lists import agent_rows, channel_rows, member_rows, queue_rows, tier_rows

__all__ = ["Api", "Callcenter", "agent_rows", "channel_rows", "member_rows", "queue_rows", "tier_rows"]
