"""A file that somebody uploads as evidence: what it really is, and a clean copy of it.

Nothing of what came in is kept as it was where it can be made anew: pictures are decoded and
encoded again (which drops where they were taken, and whatever is hidden behind them), PDF and DOCX
are written anew without what can run. The name and the type that the browser gave decide nothing.
Pure: no Flask, no database. Runs outside transactions: it takes its time.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .files_docx import clean_docx
from .files_images import clean_image
from .files_pdf import clean_pdf
from .files_rules import LARGEST, BadFile, Fault

LONGEST_NAME = 100


class FileKind(StrEnum):
    """The kinds of file that are taken."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    HEIC = "image/heic"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


EXTENSIONS = {
    FileKind.JPEG: ".jpg",
    FileKind.PNG: ".png",
    FileKind.PDF: ".pdf",
    FileKind.DOCX: ".docx",
}
ACCEPT = ".jpg,.jpeg,.png,.heic,.heif,.pdf,.docx"
"""What the browser's chooser offers; the content decides."""
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
# The harmless text that every scanner knows as a virus; in halves, so that this file holds none.
_TEST_SIGNATURE = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!"


@dataclass(frozen=True)
class CleanFile:
    """What is stored: ``kind`` is the kind of ``content``, which for HEIC is JPEG now."""

    kind: FileKind
    content: bytes


def find_kind(content: bytes) -> FileKind | None:
    """What ``content`` begins like; None for anything that is not taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return FileKind.HEIC
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"PK\x03\x04"):
        return FileKind.DOCX
    return None


def clean_file(content: bytes) -> CleanFile:
    """A clean copy of ``content``. Raises BadFile, whose fault says why it is not taken."""
    if not content:
        raise BadFile(Fault.EMPTY)
    if len(content) > LARGEST:
        raise BadFile(Fault.TOO_LARGE)
    if _TEST_SIGNATURE in content:
        raise BadFile(Fault.VIRUS)
    kind = find_kind(content)
    if kind is None:
        raise BadFile(Fault.WRONG_TYPE)
    cleaned = _CLEANERS[kind](content)
    if _TEST_SIGNATURE in cleaned:
        raise BadFile(Fault.VIRUS)
    return CleanFile(FileKind.JPEG if kind is FileKind.HEIC else kind, cleaned)


_CLEANERS: dict[FileKind, Callable[[bytes], bytes]] = {
    FileKind.JPEG: lambda content: clean_image(content, ("JPEG",)),
    FileKind.PNG: lambda content: clean_image(content, ("PNG",)),
    FileKind.HEIC: lambda content: clean_image(content, ("HEIF",)),
    FileKind.PDF: clean_pdf,
    FileKind.DOCX: clean_docx,
}


def clean_name(name: str, kind: FileKind) -> str:
    """The name to show for a file: words of the one it came with, the ending of what it is.

    No folder, no control or direction mark, nothing that a shell or a browser reads. It names
    nothing on any disk: content is stored under an id of ours.
    """
    words = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem = words.rpartition(".")[0] if "." in words else words
    kept = "".join(c if c.isalnum() or c in " -_()" else " " for c in stem)
    stem = " ".join(kept.split())[:LONGEST_NAME].strip() or "file"
    return f"{stem}{EXTENSIONS[kind]}"
