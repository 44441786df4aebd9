"""Where the provider of messages calls back. It shows the token that it was given, or is nobody."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, Forbidden

from assistedaccess.access import get_actor, public

from .service_callbacks import note_delivery
from .views import bp

V = TypeVar("V", bound=Callable[..., Any])

WHY = "the provider of messages calls back; each call must carry the token that it was given"
LONGEST = 200


def by_machine(view: V) -> V:
    """A view that no form of ours sends to: its own token stands for the form's (web.csrf)."""
    view.__by_machine__ = True  # type: ignore[attr-defined]
    return view


@bp.post("/callbacks/notify")
@public(WHY)
@by_machine
def note_notify_delivery() -> ResponseReturnValue:
    """A delivery receipt of GOV.UK Notify: JSON with ``reference``, ``id`` and ``status``."""
    return _note()


@bp.post("/callbacks/gateway")
@public(WHY)
@by_machine
def note_gateway_delivery() -> ResponseReturnValue:
    """The same of the text gateway."""
    return _note()


def _note() -> ResponseReturnValue:
    _check_token()
    said = request.get_json(silent=True)
    if not isinstance(said, dict):
        raise BadRequest
    reference, provider_id, status = (
        _read(said.get(name)) for name in ("reference", "id", "status")
    )
    note_delivery(actor=get_actor(), reference=reference, provider_id=provider_id, status=status)
    return {}, 200


def _check_token() -> None:
    token = current_app.config["SETTINGS"].callback_token
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not token or not hmac.compare_digest(given, f"Bearer {token}".encode()):
        raise Forbidden


def _read(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise BadRequest
    return value
