"""What is taken as evidence, what it becomes, and what is refused: without a database."""

from __future__ import annotations

import io
import resource
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistedaccess.applications.files import FileKind, clean_file, clean_name
from assistedaccess.applications.files_rules import LARGEST, BadFile, Fault
from tests.factories import files

HONEST = {
    "JPEG": files.picture("JPEG"),
    "PNG": files.picture("PNG"),
    "HEIC": files.HEIC,
    "PDF": files.pdf(pages=3),
    "DOCX": files.docx({"word/media/image1.jpg": files.picture()}),
    "DOCX with a link": files.LINKED_DOCX,
}


def fault_of(content: bytes) -> Fault | None:
    """Why it is not taken; None where it is."""
    try:
        clean_file(content)
    except BadFile as error:
        return error.fault
    return None


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_taken(name: str) -> None:
    made = clean_file(HONEST[name])
    wanted = "JPEG" if name == "HEIC" else name.split()[0]  # JPEG is what everybody can open
    assert made.kind is FileKind[wanted]
    assert clean_file(made.content).kind is made.kind  # what we make, we take


@pytest.mark.parametrize("name", ["JPEG", "PNG", "HEIC"])
def test_a_picture_loses_where_and_with_what_it_was_taken(name: str) -> None:
    made = clean_file(HONEST[name])
    shown = files.open_picture(made.content)
    assert dict(shown.getexif()) == {}
    assert b"Canary" not in made.content
    assert b"Exif" not in made.content
    red, green, blue = shown.convert("RGB").getpixel((10, 10))
    assert red > 200 > 60 > max(green, blue)  # and is still the same picture


def test_a_picture_is_turned_as_it_was_held() -> None:
    written = io.BytesIO()
    upright = files.open_picture(files.picture(size=(60, 40)))
    exif = upright.getexif()
    exif[0x0112] = 6
    upright.save(written, "JPEG", exif=exif)
    assert files.open_picture(clean_file(written.getvalue()).content).size == (40, 60)


def test_what_hides_behind_a_picture_stays_behind() -> None:
    made = clean_file(files.picture() + b"<?php system($_GET[0]); ?>" + files.docx())
    assert b"<?php" not in made.content
    assert b"PK" not in made.content[-2_000:]


def test_a_pdf_keeps_its_pages_and_loses_its_author() -> None:
    made = clean_file(HONEST["PDF"])
    assert files.count_pages(made.content) == 3
    assert b"CanaryAuthor" not in made.content


def test_pictures_in_a_document_lose_their_position_too() -> None:
    made = clean_file(HONEST["DOCX"])
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        inside = archive.read("word/media/image1.jpg")
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
    assert b"Canary" not in inside
    assert dict(files.open_picture(inside).getexif()) == {}


@pytest.mark.parametrize("name", files.ACTIVE_PDFS)
def test_v5_2_2_a_pdf_that_acts_is_refused(name: str) -> None:
    assert fault_of(files.ACTIVE_PDFS[name]) is Fault.ACTIVE


@pytest.mark.parametrize("name", files.ACTIVE_DOCX)
def test_v1_5_1_a_document_that_acts_or_reaches_outside_is_refused(name: str) -> None:
    assert fault_of(files.ACTIVE_DOCX[name]) is Fault.ACTIVE


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("nothing", b"", Fault.EMPTY),
        ("HTML as PDF", b"<html><script>alert(1)</script>", Fault.WRONG_TYPE),
        ("HTML after a PDF's first word", b"%PDF-1.7\n<html><script>alert(1)", Fault.BROKEN),
        ("GIF with PHP", b"GIF89a<?php echo 1; ?>", Fault.WRONG_TYPE),
        ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', Fault.WRONG_TYPE),
        ("a DOCX that is no zip", b"PK\x03\x04 and nothing else", Fault.BROKEN),
        ("a zip that is no DOCX", b"", Fault.WRONG_TYPE),
        ("half a JPEG", files.picture()[:200], Fault.BROKEN),
        ("a JPEG's first bytes", b"\xff\xd8\xff<html>", Fault.BROKEN),
        ("a HEIC's first bytes", b"\0\0\0\x18ftypheic" + b"\0" * 40, Fault.BROKEN),
        ("a locked PDF", files.pdf(lambda writer: writer.encrypt("x")), Fault.LOCKED),
        ("EICAR", files.EICAR, Fault.VIRUS),
        ("EICAR in a PDF", files.pdf() + files.EICAR, Fault.VIRUS),
        ("a path", files.docx({"word/../../x": b"x"}), Fault.BROKEN),
        ("an absolute path", files.docx({"/etc/x": b"x"}), Fault.BROKEN),
        ("a folder of Windows", files.docx({"C:\\x": b"x"}), Fault.BROKEN),
    ],
)
def test_v5_2_2_and_fault_43_what_is_not_what_it_says_is_refused(
    name: str, content: bytes, fault: Fault
) -> None:
    if name == "a zip that is no DOCX":
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as archive:
            archive.writestr("a.txt", "a")
        content = written.getvalue()
    assert fault_of(content) is fault


def _flat_png(side: int) -> bytes:
    """A PNG of few bytes that says it is ``side`` by ``side``."""
    plain = bytearray(files.picture("PNG"))
    plain[16:24] = struct.pack("!II", side, side)
    plain[29:33] = struct.pack("!I", zlib.crc32(plain[12:29]))  # or it is broken before it is large
    return bytes(plain)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("150 MB in a DOCX", files.make_bomb(150_000_000)),
        ("100,001 entries", b"PK\x03\x04" + b"PK\x01\x02" * 100_001),
        ("a picture of 10 gigapixels", _flat_png(100_000)),
        ("a picture of 64 megapixels", _flat_png(8_000)),
    ],
)
def test_v5_2_3_a_bomb_is_refused_before_it_goes_off(name: str, content: bytes) -> None:
    clean_file(HONEST["PNG"])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert fault_of(content) is Fault.BOMB, name  # found before it is opened, not by its breaking
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100_000, f"{grown} kB"


def test_a_document_that_lies_about_its_size_is_measured() -> None:
    content = bytearray(files.docx({"word/a.xml": b"<a/>" * 1_000}))
    place = content.rindex(b"PK\x01\x02", 0, content.rindex(b"PK\x05\x06"))
    content[place + 24 : place + 28] = struct.pack("<I", 10)  # its uncompressed size
    assert fault_of(bytes(content)) is Fault.BROKEN


def test_one_byte_too_many_is_too_large() -> None:
    assert fault_of(b"\xff\xd8\xff" + b"x" * (LARGEST - 2)) is Fault.TOO_LARGE


@settings(max_examples=20)
@given(st.binary(max_size=300), st.sampled_from(list(HONEST.values())), st.integers(0, 2_000))
def test_any_bytes_are_taken_or_refused_and_never_raise(
    noise: bytes, honest: bytes, place: int
) -> None:
    place %= len(honest)
    for content in (noise, honest[:place] + noise + honest[place:], honest[:place] + noise):
        assert fault_of(content) in (None, *Fault)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("/abs/lute.php", "lute.pdf"),
        ("C:\\folder\\letter.exe", "letter.pdf"),
        ("name\0.png", "name.pdf"),
        ("gas\u202efdp.exe", "gas fdp.pdf"),
        ('a"; filename="b.html', "a filename b.pdf"),
        ("a\r\nX-Evil: 1.pdf", "a X-Evil 1.pdf"),
        ("Biliau nwy Mair Ŵyn (1).pdf", "Biliau nwy Mair Ŵyn (1).pdf"),
        (".pdf", "file.pdf"),
        ("x" * 500, "x" * 100 + ".pdf"),
    ],
)
def test_v5_3_2_and_v5_4_1_a_name_is_words_and_our_own_ending(given: str, shown: str) -> None:
    assert clean_name(given, FileKind.PDF) == shown
