"""Files for tests, made here: pictures with a position, documents that act, and honest ones."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

# A red rectangle as a telephone writes it, with a position; nothing here can write HEIC.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    "AAAAAAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAAB4QABAAAAAAAAACcAAgAAAAACCAABAAAAAAAAAFoAAAA4aWlu"
    "ZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA"
    "/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqrprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAA"
    "ABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAIAAAAAEAAAAYAAAAAf///+AA"
    "AAAC////2AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAGmlyZWYAAAAAAAAA"
    "DmNkc2MAAgABAAEAAACJbWRhdAAAACMoAa8EEhOM4Pjpwmg/3VH8WpW0nvJ+0Ksr40mfd7EYkqn/oAAAAAZFeGlm"
    "AABNTQAqAAAACAABiCUABAAAAAEAAAAaAAAAAAACAAEAAgAAAAJOAAAAAAIABQAAAAMAAAA4AAAAAAAAADMAAAAB"
    "AAAAHgAAAAEAAAAAAAAAAQ=="
)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_GPS = 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: str = "red") -> bytes:
    """A picture that says where and with what it was taken."""
    exif = Image.Exif()
    exif[_GPS] = {1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0)}
    exif[0x0110] = "CanaryCamera"
    written = io.BytesIO()
    more: dict[str, Any] = {"comment": b"CanaryComment"} if kind == "JPEG" else {}
    Image.new("RGB", size, colour).save(written, kind, exif=exif, **more)
    return written.getvalue()


def open_picture(content: bytes) -> Image.Image:
    """The picture in ``content``."""
    return Image.open(io.BytesIO(content))


def pdf(change: Callable[[PdfWriter], None] | None = None, pages: int = 1) -> bytes:
    """A PDF of empty pages that names its author."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": "CanaryAuthor"})
    if change is not None:
        change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def count_pages(content: bytes) -> int:
    """How many pages the PDF in ``content`` has."""
    return len(PdfReader(io.BytesIO(content)).pages)


def _act(kind: str) -> DictionaryObject:
    script = {NameObject("/JS"): TextStringObject("app.alert(1)")} if kind == "/JavaScript" else {}
    return DictionaryObject({NameObject("/S"): NameObject(kind), **script})


def _open_with(kind: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = _act(kind)

    return change


def _link_with(kind: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        note = {NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): _act(kind)}
        writer.pages[0][NameObject("/Annots")] = ArrayObject([DictionaryObject(note)])

    return change


def _ask_by_xfa(writer: PdfWriter) -> None:
    form = DictionaryObject({NameObject("/XFA"): ArrayObject()})
    writer.root_object[NameObject("/AcroForm")] = form


ACTIVE_PDFS = {
    "script": pdf(_open_with("/JavaScript")),
    "launch": pdf(_link_with("/Launch")),
    "sends": pdf(_link_with("/SubmitForm")),
    "imports": pdf(_link_with("/ImportData")),
    "film": pdf(_link_with("/Rendition")),
    "embeds": pdf(lambda writer: writer.add_attachment("x.exe", b"MZ")),
    "xfa": pdf(_ask_by_xfa),
    "disguised": pdf(_open_with("/JavaScript")).replace(b"/JavaScript", b"/J#61vaScript"),
}


def docx(more: dict[str, bytes] | None = None) -> bytes:
    """A DOCX of one empty page, with ``more`` parts by their names."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("word/document.xml", b"<w:document/>")
        for name, body in (more or {}).items():
            archive.writestr(name, body)
    return written.getvalue()


def make_bomb(size: int) -> bytes:
    """A DOCX with one part that unpacks to ``size`` bytes, written piece by piece."""
    written = io.BytesIO(docx())
    with (
        zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("word/media/big.xml", "w") as part,
    ):
        for _ in range(size // 1_000_000):
            part.write(b"0" * 1_000_000)
    return written.getvalue()


def _outside(kind: str) -> bytes:
    return (
        f'<Relationships><Relationship Id="r" Type="http://x.test/{kind}" '
        'Target="http://127.0.0.1:9/" TargetMode="External"/></Relationships>'
    ).encode()


_RELATIONS = "word/_rels/document.xml.rels"
XXE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
ACTIVE_DOCX = {
    "macro": docx({"word/vbaProject.bin": b"x"}),
    "macro by type": docx({"word/a.xml": b'<x t="application/vnd.ms-word.MacroEnabled"/>'}),
    "activex": docx({"word/activeX/activeX1.xml": b"<x/>"}),
    "embeds": docx({"word/embeddings/sheet.xlsx": b"x"}),
    "template": docx({_RELATIONS: _outside("attachedTemplate")}),
    "picture elsewhere": docx({_RELATIONS: _outside("image")}),
    "field": docx({"word/a.xml": b"<w:instrText>DDEAUTO c:\\cmd</w:instrText>"}),
    "entity": docx({"word/a.xml": XXE}),
    "entity in UTF-16": docx({"word/a.xml": XXE.decode().encode("utf-16")}),
    "nested": docx({"word/a.bin": docx()}),
    "program": docx({"word/a.bin": b"MZ" + b"x" * 100}),
}
LINKED_DOCX = docx({_RELATIONS: _outside("hyperlink")})
