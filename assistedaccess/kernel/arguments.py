"""What a command was given, as text that is kept, and back again as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID


def encode_arguments(arguments: dict[str, Any]) -> str:
    """Arguments as JSON text that decode_arguments reads back as they were.

    Raises TypeError for anything that is no plain kind.
    """
    return json.dumps(arguments, default=_encode, ensure_ascii=False, sort_keys=True)


def _encode(value: object) -> dict[str, str]:
    if isinstance(value, UUID):
        return {"$uuid": str(value)}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Enum):
        return {"$text": str(value.value)}
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    raise TypeError(f"a command cannot take a {type(value).__name__}")


_DECODERS: dict[str, Callable[[str], object]] = {
    "$uuid": UUID,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$text": str,
    "$bytes": bytes.fromhex,
}


def decode_arguments(text: str) -> dict[str, Any]:
    """What encode_arguments wrote."""

    def decode(value: dict[str, Any]) -> object:
        if len(value) == 1:
            ((key, inner),) = value.items()
            if key in _DECODERS:
                return _DECODERS[key](inner)
        return value

    decoded: dict[str, Any] = json.loads(text, object_hook=decode)
    return decoded
