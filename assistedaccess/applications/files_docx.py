"""DOCX, packed anew; refused where it holds macros, embedded files, or reaches outside itself.

A DOCX is a zip of XML (ECMA-376). Its sizes are measured while it is unpacked, never believed; its
XML is searched, not parsed: a document type is refused, so that no entity is ever looked up.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from .files_images import clean_image
from .files_rules import BadFile, Fault

MOST_ENTRIES = 1_000
MOST_UNPACKED = 80_000_000
_PIECE = 65_536
_ENTRY = b"PK\x01\x02"
_NEEDED = {"[Content_Types].xml", "word/document.xml"}
_ACTIVE_PARTS = re.compile(
    r"vbaproject|vbadata|activex|/embeddings/|oleobject|/webextensions?/|customui|/controls/",
    re.IGNORECASE,
)
_ACTIVE_TYPES = re.compile(rb"macroenabled|vbaproject|activex|oleobject", re.IGNORECASE)
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OUTSIDE = re.compile(
    rb"<(?:\w+:)?Relationship\b[^>]*TargetMode\s*=\s*[\"']External[^>]*>", re.IGNORECASE
)
_IS_LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
_RUNS_A_FIELD = re.compile(rb"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE)\b")
_PICTURES = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
_DEAD = {"docProps/thumbnail.jpeg", "docProps/thumbnail.emf", "docProps/thumbnail.wmf"}


def clean_docx(content: bytes) -> bytes:
    """``content`` packed anew, its pictures made anew. Raises BadFile."""
    if content.count(_ENTRY) > MOST_ENTRIES:
        raise BadFile(Fault.BOMB)  # before a list of them is made
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _pack_anew(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise BadFile(Fault.BROKEN) from error
    except RuntimeError as error:  # zipfile's word for an encrypted entry
        raise BadFile(Fault.LOCKED) from error
    except MemoryError as error:
        raise BadFile(Fault.BOMB) from error


def _pack_anew(archive: zipfile.ZipFile) -> bytes:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise BadFile(Fault.BOMB)
    names = [entry.filename for entry in entries]
    if not set(names) >= _NEEDED:
        raise BadFile(Fault.WRONG_TYPE)
    if len(set(names)) != len(names) or any(map(_is_strange, names)):
        raise BadFile(Fault.BROKEN)
    if any(_ACTIVE_PARTS.search(f"/{name}") for name in names):
        raise BadFile(Fault.ACTIVE)
    written = io.BytesIO()
    unpacked = 0
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as anew:
        for entry in entries:
            if entry.is_dir() or entry.filename in _DEAD:
                continue
            body = _unpack(archive, entry, MOST_UNPACKED - unpacked)
            unpacked += len(body)
            # A fixed day: when a document was packed is nobody's business.
            fresh = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            fresh.compress_type = zipfile.ZIP_DEFLATED
            anew.writestr(fresh, _check(entry.filename, body))
    return written.getvalue()


def _is_strange(name: str) -> bool:
    return (
        name.startswith(("/", "\\"))
        or ".." in name.split("/")
        or any(c in name for c in "\\:\0")
        or len(name) > 200
    )


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    if entry.flag_bits & 0x1:
        raise BadFile(Fault.LOCKED)
    body = bytearray()
    with archive.open(entry) as stream:
        while piece := stream.read(_PIECE):
            body += piece
            if len(body) > most:
                raise BadFile(Fault.BOMB)
    return bytes(body)


def _check(name: str, body: bytes) -> bytes:
    """``body`` as it is packed. Raises BadFile where it acts, declares, or is another archive."""
    ending = f".{name.lower().rpartition('.')[2]}"
    if ending in _PICTURES:
        return clean_image(body, (_PICTURES[ending],))
    if body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF")):
        raise BadFile(Fault.ACTIVE)
    if ending in (".xml", ".rels", ".vml"):
        _check_xml(_plain(body))
    return body


def _plain(body: bytes) -> bytes:
    """XML in bytes that can be searched, whichever encoding it is in."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in body[:4]:
        try:
            return body.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            raise BadFile(Fault.BROKEN) from error
    return body


def _check_xml(body: bytes) -> None:
    if _DECLARES.search(body):
        raise BadFile(Fault.ACTIVE)
    if _ACTIVE_TYPES.search(body) or _RUNS_A_FIELD.search(body):
        raise BadFile(Fault.ACTIVE)
    if any(not _IS_LINK.search(found[0]) for found in _OUTSIDE.finditer(body)):
        raise BadFile(Fault.ACTIVE)
