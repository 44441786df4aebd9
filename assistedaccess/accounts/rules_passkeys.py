"""Passkeys and hardware keys: whose site they are for, how long a question stands. Pure.

Source: W3C Web Authentication, level 2. A key signs a random challenge together with the site that
the browser sees, so that neither a copied answer nor a copy of the site is of any use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

CHALLENGE_BYTES = 32
CHALLENGE_LIMIT = timedelta(minutes=5)
"""How long a challenge may be answered (section 13.4.3: at least 16 bytes; 15.1: five minutes)."""

MOST_PASSKEYS = 10
LONGEST_NAME = 60
LONGEST_ANSWER = 20_000
"""Characters of what a browser sends for a key: some ten times what keys do send."""

_BY_ITSELF = "localhost"


@dataclass(frozen=True)
class RelyingParty:
    """The site that a key is registered for, and the origin that its answers must name."""

    id: str
    origin: str


def find_relying_party(public_url: str, *, is_production: bool, host: str) -> RelyingParty | None:
    """The site, from the installation's setting; None where keys cannot work at its address.

    ``host`` is what the request names. It counts outside production alone, and only where it is
    this machine by its name: whoever chooses the header must not choose the site. A number is no
    site for a key (section 5.1.2: the id is a domain).
    """
    if not is_production and urlsplit(f"//{host}").hostname == _BY_ITSELF:
        return RelyingParty(_BY_ITSELF, f"http://{host}")
    parts = urlsplit(public_url)
    name = parts.hostname or ""
    if not name or _is_number(name) or (parts.scheme != "https" and name != _BY_ITSELF):
        return None
    return RelyingParty(name, f"{parts.scheme}://{parts.netloc.casefold()}")


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_answerable(challenged_at: datetime | None, now: datetime) -> bool:
    """Whether a challenge of that moment may still be answered. A clock set back answers no."""
    return challenged_at is not None and timedelta(0) <= now - challenged_at < CHALLENGE_LIMIT


def has_gone_back(kept: int, shown: int) -> bool:
    """Whether a key's count of its signatures says that there are two of it (section 6.1.1).

    A key that does not count shows 0 for ever; any other shows more each time.
    """
    return (kept > 0 or shown > 0) and shown <= kept
