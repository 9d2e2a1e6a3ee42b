"""Reports as files: HTML, PDF and Excel, all from one laid-out document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fsbridge.domain.reporting.document import Document
from fsbridge.errors import InvalidArgument


def written(document: Document, form: str) -> bytes:
    """The document as a file, ``html``, ``pdf`` or ``xlsx``; the same document, the same bytes.

    InvalidArgument for another form.
    """
    if form not in FORMS:
        raise InvalidArgument("form", f"is {form!r}; give one of {', '.join(FORMS)}")
    return _WRITERS[form](document)


def _html(document: Document) -> bytes:
    from fsbridge.adapters.reportfiles.html import page

    return page(document).encode("utf-8")


def _pdf(document: Document) -> bytes:
    from fsbridge.adapters.reportfiles.pdf import pdf

    return pdf(document)


def _excel(document: Document) -> bytes:
    from fsbridge.adapters.reportfiles.excel import workbook

    return workbook(document)


_WRITERS: Mapping[str, Callable[[Document], bytes]] = {"html": _html, "pdf": _pdf, "xlsx": _excel}
FORMS: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Each form of file by its extension, and its media type."""
