"""Who may log in, read from the files that a FreeSWITCH would read."""

from __future__ import annotations

import logging
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsbridge.embedded.verto import VertoUser

logger = logging.getLogger(__name__)


def read_users(folder: Path) -> dict[str, VertoUser]:
    """The users in the files of a directory, whatever stands around them; a broken file is left out.

    >>> read_users(Path("/nowhere"))
    {}
    """
    from fsbridge.embedded.verto import VertoUser

    found: dict[str, VertoUser] = {}
    for node in _nodes(folder):
        params, variables = (
            {one.get("name", ""): one.get("value", "") for one in node.iter(tag)}
            for tag in ("param", "variable")
        )
        found.setdefault(
            node.get("id", ""),
            VertoUser(
                a1_hash=params.get("a1-hash", ""), password=params.get("password", ""), variables=variables
            ),
        )
    return found


def _nodes(folder: Path) -> Iterator[ET.Element]:
    for path in sorted(folder.rglob("*.xml")):
        try:
            yield from ET.parse(path).iter("user")
        except (OSError, ET.ParseError) as error:
            logger.warning("%s is left out: %s", path, error)
