"""Pages that show requests and what is answered: ``GET …`` in one block, the JSON in the next."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

EXCHANGE = re.compile(r"```http\n(\w+) (\S+)\n(.*?)```\n\n```json\n(.*?)```", re.DOTALL)


def exchanges(text: str) -> Iterator[tuple[str, str, str, object]]:
    """Each method, address, rest of the request, and the answer that is shown."""
    for method, address, rest, answer in EXCHANGE.findall(text):
        yield method, address, rest, json.loads(answer)


def within(shown: object, real: object) -> bool:
    """Whether what is shown is a part of the real thing; ``…`` stands for anything, lists may end early."""
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(
            key in real and within(one, real[key]) for key, one in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(real, list) and len(shown) <= len(real) and all(map(within, shown, real))
    if isinstance(shown, str) and "…" in shown:
        pattern = ".*".join(map(re.escape, shown.split("…")))
        return re.fullmatch(pattern, str(real), re.DOTALL) is not None
    return shown == real
