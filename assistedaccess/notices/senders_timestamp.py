"""Asking a timestamping service (RFC 3161, section 3.4): one POST, with a time limit."""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import HTTPException

from assistedaccess.audit.anchors import AnchorFailed

from .senders_http import LONGEST_ANSWER, SECONDS, open_without_detours


def ask_for_timestamp(url: str, request: bytes) -> bytes:
    """The service's answer to an encoded request. Raises AnchorFailed."""
    asked = urllib.request.Request(  # noqa: S310  (the settings allow http and https alone)
        url,
        method="POST",
        data=request,
        headers={
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
        },
    )
    try:
        with open_without_detours(asked, timeout=SECONDS) as answer:
            read: bytes = answer.read(LONGEST_ANSWER)
            return read
    except urllib.error.HTTPError as error:
        error.close()
        raise AnchorFailed(f"{url} answered {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise AnchorFailed(f"{url} cannot be reached") from error
