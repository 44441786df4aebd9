"""Pictures, decoded and encoded anew: no position, no camera, no thumbnail, nothing behind them.

Pillow (MIT-CMU) decodes JPEG and PNG; pi-heif (BSD, over libheif and libde265, LGPL) what
telephones take. Only the named decoder is asked, so that a file cannot choose another.
"""

from __future__ import annotations

import io
import struct
from functools import cache

from PIL import Image, ImageOps, UnidentifiedImageError

from .files_rules import BadFile, Fault

MOST_PIXELS = 50_000_000
"""A telephone's largest picture; each is 4 bytes while it is decoded."""
LONGEST_SIDE = 20_000
_QUALITY = 88
_SHOWN_SIDE = 3_000
"""Larger pictures are made smaller: letters are read at this size, and it is stored for years."""


@cache
def _know_heif() -> None:
    import pi_heif  # type: ignore[import-untyped]

    pi_heif.register_heif_opener(thumbnails=False)


def clean_image(content: bytes, formats: tuple[str, ...]) -> bytes:
    """``content`` as a new PNG, or a new JPEG for all others. Raises BadFile."""
    if "HEIF" in formats:
        _know_heif()
    try:
        return _encode_anew(content, formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise BadFile(Fault.BOMB) from error
    except BadFile:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        IndexError,
        TypeError,
        EOFError,
        Warning,  # where an installation makes errors of them
        struct.error,
    ) as error:
        raise BadFile(Fault.BROKEN) from error


def _encode_anew(content: bytes, formats: tuple[str, ...]) -> bytes:
    with Image.open(io.BytesIO(content), formats=formats) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
            raise BadFile(Fault.BOMB)  # before a pixel is decoded
        is_png = picture.format == "PNG"
        if not is_png:
            picture.draft("RGB", (_SHOWN_SIDE, _SHOWN_SIDE))  # a JPEG is decoded smaller at once
        turned = ImageOps.exif_transpose(picture)
        mode = "RGBA" if is_png and "A" in turned.getbands() else "RGB"
        plain = turned.convert(mode)
    plain.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
    # A picture made of pixels alone: what else the old one carried (Exif, comments) stays behind.
    anew = Image.new(mode, plain.size)
    anew.paste(plain)
    written = io.BytesIO()
    if is_png:
        anew.save(written, "PNG", optimize=False)
    else:
        anew.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
