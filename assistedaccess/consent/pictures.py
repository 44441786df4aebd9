"""Pictures as evidence: read by a library, drawn anew, and never kept as they were sent.

What is kept is what Pillow could decode, painted onto a new canvas and encoded by us: nothing that
was hidden in a file (a script, a second format, where it was taken) survives that. A file that says
it is larger than MOST_PIXELS is not decoded at all.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import warnings
from dataclasses import dataclass

from flask_babel import gettext as _
from PIL import Image, ImageDraw, ImageOps

from assistedaccess.kernel.errors import InvalidInput

from .rules_signatures import HEIGHT, WIDTH, Strokes
from .rules_traces import COLUMNS, FEWEST_IN_QUARTER, list_quarters, list_traces

MOST_BYTES = 8_000_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2_000
"""What is kept, in pixels: enough to read a form of A4."""

FORMATS = ("JPEG", "PNG", "WEBP")
_LIKENESS = (64, 64)
_ROWS = 64
INK = 128
"""Darker than this is ink, in a grey of 0 to 255."""


@dataclass(frozen=True)
class Picture:
    """A picture as we encoded it. ``likeness`` is equal for the same pixels in whatever file;
    ``quarters`` are of its parts, so that a pixel or a point that was changed changes one alone."""

    content: bytes
    media_type: str
    likeness: str
    quarters: tuple[str, ...] = ()


def decode_upload(text: str, field: str) -> bytes:
    """The bytes of an upload that came as base64. Raises InvalidInput at ``field``."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        data = b""
    if not data:
        raise InvalidInput(field, _("Select a photograph"))
    return data


def read_picture(data: bytes, field: str) -> Picture:
    """A photograph, by its content and not by its name. Raises InvalidInput at ``field``."""
    if len(data) > MOST_BYTES:
        raise InvalidInput(field, _("The photograph must be smaller than 8 megabytes"))
    wrong = InvalidInput(field, _("This is not a photograph. Use a JPEG, PNG or WebP picture"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=FORMATS) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise wrong
                found.load()
                upright = ImageOps.exif_transpose(found) or found
                image = _flatten(upright)
    except InvalidInput:
        raise
    except Exception as error:  # whatever a decoder stumbles over, it is no photograph
        raise wrong from error
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _encode(image)


def draw_strokes(strokes: Strokes) -> Picture:
    """A signature as a picture, drawn by us from what the pen did."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        if len(stroke) == 1:
            pen.ellipse(
                [(stroke[0][0] - 1, stroke[0][1] - 1), (stroke[0][0] + 1, stroke[0][1] + 1)], 0
            )
        else:
            pen.line(list(stroke), fill=0, width=3)
    drawn = _encode(image)
    # What the pen did is finer than the picture of it: two signings never agree in every point.
    points = [point for stroke in strokes for point in stroke]
    return Picture(
        drawn.content,
        drawn.media_type,
        f"strokes:{_hash(repr(strokes).encode())}",
        tuple(f"q:{_hash(repr(points[one]).encode())}" for one in list_quarters(len(points))),
    )


def find_traces(picture: Picture) -> tuple[str, ...]:
    """What a signature leaves by which the same hand is found in another one (rules_traces)."""
    with Image.open(io.BytesIO(picture.content)) as image:
        ink = image.convert("L").point(lambda value: 255 if value < INK else 0)
    box = ink.getbbox()
    if box is None:
        return ()
    drawn = ink.crop(box).resize((COLUMNS, _ROWS)).tobytes()  # row by row, a byte a pixel
    heights: list[float | None] = []
    for column in range(COLUMNS):
        weights = drawn[column::COLUMNS]
        total = sum(weights)
        middle = sum(row * weight for row, weight in enumerate(weights))
        heights.append(middle / total / _ROWS if total else None)
    return list_traces(heights)


def _flatten(image: Image.Image) -> Image.Image:
    """On white, without transparency and without anything that is not a pixel."""
    canvas = Image.new("RGB", image.size, (255, 255, 255))
    rgba = image.convert("RGBA")
    canvas.paste(rgba, mask=rgba.getchannel("A"))
    return canvas


def _encode(image: Image.Image) -> Picture:
    out = io.BytesIO()
    if image.mode == "L":
        image.save(out, "PNG", optimize=True)
        media_type = "image/png"
    else:
        image.save(out, "JPEG", quality=80)
        media_type = "image/jpeg"
    small = ImageOps.autocontrast(image.convert("L")).resize(_LIKENESS).point(lambda v: v // 32)
    likeness = f"picture:{_hash(small.tobytes())}"
    return Picture(out.getvalue(), media_type, likeness, _find_quarters(small))


def _find_quarters(small: Image.Image) -> tuple[str, ...]:
    """Of each quarter of a picture that has enough on it beside the paper."""
    middle, end = _LIKENESS[0] // 2, _LIKENESS[0]
    found = []
    for left, top in ((0, 0), (middle, 0), (0, middle), (middle, middle)):
        quarter = small.crop((left, top, min(left + middle, end), min(top + middle, end)))
        cells = quarter.tobytes()
        if len(cells) - cells.count(max(cells)) >= FEWEST_IN_QUARTER:
            found.append(f"p{left}{top}:{_hash(cells)}")
    return tuple(found)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
