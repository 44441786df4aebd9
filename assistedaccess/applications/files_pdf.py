"""PDF, written anew page by page; refused where it is locked or holds anything that acts.

pypdf (BSD) reads it: names written in disguise (``/J#61vaScript``) are plain to it, and it ends
what unpacks without end.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from .files_rules import BadFile, Fault

MOST_PAGES = 300
MOST_OBJECTS = 60_000
# What runs, opens, sends, embeds or asks: PDF 32000-1, 12.6.4 (actions), 7.11.4, 12.7.8 (XFA).
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/AA", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent"}
_ACTIVE_KINDS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/RichMedia",
    "/3D",
    "/FileAttachment",
    "/EmbeddedFile",
}
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong in a file is not our log's


def clean_pdf(content: bytes) -> bytes:
    """The pages of ``content`` in a new PDF. Raises BadFile."""
    try:
        return _write_anew(content)
    except BadFile:
        raise
    except MemoryError as error:
        raise BadFile(Fault.BOMB) from error
    except PyPdfError as error:
        too_large = "limit" in type(error).__name__.lower()
        raise BadFile(Fault.BOMB if too_large else Fault.BROKEN) from error
    except Exception as error:  # a reader of broken files may fail in any way
        raise BadFile(Fault.BROKEN) from error


def _write_anew(content: bytes) -> bytes:
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise BadFile(Fault.LOCKED)
    if not 0 < len(reader.pages) <= MOST_PAGES:
        raise BadFile(Fault.BOMB if reader.pages else Fault.BROKEN)
    for found in _walk(reader.trailer):
        if _ACTIVE_KEYS & set(found) or _kinds(found) & _ACTIVE_KINDS:
            raise BadFile(Fault.ACTIVE)
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.metadata = None
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _kinds(found: DictionaryObject) -> set[str]:
    return {str(found.raw_get(key)) for key in ("/S", "/Subtype", "/Type") if key in found}


def _walk(root: Any) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, streams among them, each once."""
    waiting: list[Any] = [root]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            key = (item.idnum, item.generation)
            if key in seen:
                continue
            seen.add(key)
            item = item.get_object()
        count += 1
        if count > MOST_OBJECTS:
            raise BadFile(Fault.BOMB)
        if isinstance(item, DictionaryObject):
            yield item
            waiting += [item.raw_get(key) for key in item if key != NameObject("/Parent")]
        elif isinstance(item, ArrayObject):
            waiting += list(item)
