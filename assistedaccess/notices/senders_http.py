"""One HTTP call to a provider, with a time limit, no redirects and no proxies of its own accord."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.parse import urlsplit

from .senders import DeliveryFailed

SECONDS = 10
LONGEST_ANSWER = 100_000


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    # A provider that moves is a setting to change, not an address to follow with our key.
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


open_without_detours = urllib.request.build_opener(
    _NoRedirect, urllib.request.ProxyHandler({})
).open
"""As urllib's own, without redirects and without proxies of the environment."""


def call_provider(
    method: str,
    url: str,
    *,
    body: Mapping[str, Any] | None = None,
    raw: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> dict[str, Any]:
    """The provider's JSON answer (empty where it is none). ``raw`` is a body that is signed.

    Raises DeliveryFailed: ``http_<status>``, final for a 4xx other than 403, 408, 409, 425 and
    429 (what the message is, not how the provider is); ``unreachable`` for everything else.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise DeliveryFailed("wrong_address", is_final=True)
    request = urllib.request.Request(  # noqa: S310  (the scheme is checked above)
        url,
        method=method,
        data=raw if body is None else json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Accept": "application/json",
            **(headers or {}),
        },
    )
    try:
        with open_without_detours(request, timeout=seconds) as answer:
            return _read(answer.read(LONGEST_ANSWER))
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
        final = 400 <= status < 500 and status not in (401, 403, 408, 409, 425, 429)
        raise DeliveryFailed(f"http_{status}", is_final=final) from None
    except (OSError, HTTPException, ValueError) as error:
        raise DeliveryFailed("unreachable") from error


def _read(raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw or b"{}")
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
