"""The port by which ``accounts`` tells every page who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class SignedIn:
    """What the strip on top of each page says, and where its three buttons lead.

    ``role_name`` is a translated word; ``lock_path`` and ``sign_out_path`` are POSTed to. A path
    that is empty has no button. ``is_family``: they help relatives or friends, and may be the one
    of whom a person is careful. ``waiting``: the pages on which something waits for them
    (navigation.Item.waits).
    """

    account_name: str
    role_name: object = ""
    organisation_name: str = ""
    site_name: str = ""
    change_role_path: str = ""
    lock_path: str = ""
    sign_out_path: str = ""
    is_family: bool = False
    waiting: frozenset[str] = frozenset()


_provider: Callable[[], SignedIn | None] | None = None


def tell(provider: Callable[[], SignedIn | None]) -> None:
    """Register who knows; ``provider`` answers None while nobody is signed in."""
    global _provider
    _provider = provider


def find_signed_in() -> SignedIn | None:
    """Who is signed in with this request."""
    return _provider() if _provider is not None else None
