"""Where the Japanese fonts of PDF files are."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from fsbridge.errors import ConfigError

FAMILY = "Noto Sans CJK JP"
_PACKAGES = ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold")


def font_folders() -> list[Path]:
    """The folders with both weights of the font; ConfigError says what to install.

    >>> [folder.name for folder in font_folders()]
    ['noto_cjk_sans_jp_regular', 'noto_cjk_sans_jp_bold']
    """
    found = []
    for name in _PACKAGES:
        spec = find_spec(name)
        if spec is None or spec.origin is None or not any(Path(spec.origin).parent.glob("*.otf")):
            wanted = name.replace("_", "-")
            raise ConfigError(
                f"the PDF's Japanese font is missing: run `pip install {wanted}`, or make the report as HTML"
            )
        found.append(Path(spec.origin).parent)
    return found
