"""A file that somebody gave, handed out to be saved: never shown by a browser as a page of ours."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

ALONE = (
    "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""A document of its own without scripts, forms or origin, should a browser show it all the same
(ASVS 5.0, 3.2.1)."""


def attach(content: bytes, media_type: str, name: str) -> Response:
    """``content`` as an attachment called ``name``, which is clean already.

    RFC 6266: an ASCII name for old browsers, and the whole one. The charset says nothing of a
    picture; but every answer has one (ASVS 5.0, 4.1.1).
    """
    answer = Response(content, content_type=f"{media_type}; charset=utf-8")
    plain = name.encode("ascii", "ignore").decode() or "file"
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    answer.headers["Content-Security-Policy"] = ALONE
    return answer
