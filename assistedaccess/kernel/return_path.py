"""Where to go back to: a path on this site, or nothing. Never another host, however spelt."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

LONGEST = 500


def find_safe_path(value: str | None) -> str | None:
    """``value`` where it is an absolute path on this site (with its query), else None.

    Browsers read ``//host``, ``/\\host`` and control characters inside an address as another
    host, and proxies may decode ``%2f`` once more: each of these is None.
    """
    if not value or len(value) > LONGEST or not value.startswith("/"):
        return None
    for spelling in (value, unquote(urlsplit(value).path)):
        if spelling.startswith("//") or "\\" in spelling:
            return None
        if any(ord(character) < 33 or ord(character) == 127 for character in spelling):
            return None
    parts = urlsplit(value)
    if parts.scheme or parts.netloc:
        return None
    return value


def safe_path(value: str | None, default: str) -> str:
    """``value`` where it is a path on this site, else ``default``."""
    return find_safe_path(value) or default
