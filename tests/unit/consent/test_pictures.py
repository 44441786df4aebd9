"""Pictures: what is no photograph is refused, and nothing that was hidden in one is kept."""

from __future__ import annotations

import io
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from assistedaccess.consent import pictures
from assistedaccess.consent.rules_signatures import HEIGHT, WIDTH, read_strokes
from assistedaccess.kernel.errors import InvalidInput


def photograph(kind: str = "JPEG", size: tuple[int, int] = (400, 300), ink: str = "navy") -> bytes:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).line([(20, 30), (200, 120), (380, 40)], fill=ink, width=6)
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_is_drawn_anew(kind: str) -> None:
    made = pictures.read_picture(photograph(kind), "picture")
    with Image.open(io.BytesIO(made.content)) as again:
        assert again.format == "JPEG"
        assert again.size == (400, 300)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 <</JS (app.alert(1))>>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"\xff\xd8\xff\xe0 but no more of it",
        photograph()[:300],
    ],
)
def test_what_is_no_photograph_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        pictures.read_picture(data, "picture")
    assert refused.value.field == "picture"


def test_nothing_that_was_hidden_in_a_photograph_is_kept() -> None:
    hidden = b"<?php system($_GET['x']); ?><script>alert(1)</script>"
    exif = Image.Exif()
    exif[0x010E] = "14 Mill Lane"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG", comment=hidden, exif=exif)
    polyglot = out.getvalue() + hidden + b"PK\x03\x04"
    made = pictures.read_picture(polyglot, "picture")
    for secret in (b"php", b"script", b"Mill Lane", b"PK\x03\x04"):
        assert secret not in made.content


def test_a_bomb_is_not_decoded() -> None:
    header = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR"
    body = (60_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    check = zlib.crc32(b"IHDR" + body).to_bytes(4, "big")
    with pytest.raises(InvalidInput):
        pictures.read_picture(header + body + check, "picture")
    with pytest.raises(InvalidInput):
        pictures.read_picture(b"x" * (pictures.MOST_BYTES + 1), "picture")


def test_a_large_photograph_is_made_smaller_and_the_same_has_one_likeness() -> None:
    large = pictures.read_picture(photograph(size=(3000, 1000)), "picture")
    with Image.open(io.BytesIO(large.content)) as again:
        assert max(again.size) == pictures.LONGEST_SIDE
    once = pictures.read_picture(photograph("PNG"), "picture")
    assert once.likeness == pictures.read_picture(photograph("PNG") + b"tail", "picture").likeness
    assert once.likeness != large.likeness


SIGNED = json.dumps([[[20, 30], [90, 80], [200, 40]], [[210, 60], [240, 90]]])


def test_strokes_become_a_picture_and_the_very_same_are_known_again() -> None:
    made = pictures.draw_strokes(read_strokes(SIGNED))
    with Image.open(io.BytesIO(made.content)) as image:
        assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
        assert image.convert("L").getextrema() == (0, 255)
    assert made.likeness == pictures.draw_strokes(read_strokes(SIGNED)).likeness
    other = SIGNED.replace("[90, 80]", "[91, 80]")
    assert made.likeness != pictures.draw_strokes(read_strokes(other)).likeness


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "nonsense",
        "{}",
        "[[[1,1],[1,1],[2,2],[1,2],[2,1]]]",
        "[[[1,1]]]",
        '[[["a","b"],[1,1],[1,1],[1,1],[300,100]]]',
        "[[[-1,1],[1,1],[1,1],[1,1],[300,100]]]",
        "[[[NaN,1],[1,1],[1,1],[1,1],[300,100]]]",
        "[[[Infinity,1],[1,1],[1,1],[1,1],[300,100]]]",
        "[[[true,1],[1,1],[1,1],[1,1],[300,100]]]",
        "[" * 100_000,
        json.dumps([[[n % 600, n % 200] for n in range(6_000)]]),
        "x" * 200_000,
    ],
)
def test_what_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_strokes(text)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_whatever_is_sent_is_a_picture_or_an_error_at_the_field(data: bytes) -> None:
    try:
        pictures.read_picture(data, "picture")
    except InvalidInput as refused:
        assert refused.field == "picture"  # noqa: PT017


@given(
    st.text(max_size=200)
    | st.recursive(st.none() | st.integers() | st.floats(), st.lists).map(json.dumps)
)
def test_whatever_is_sent_is_strokes_or_an_error_at_the_field(text: str) -> None:
    try:
        assert read_strokes(text)
    except InvalidInput as refused:
        assert refused.field == "how"  # noqa: PT017
