"""The attributes of a GOV.UK component's tag, as its library's own macro writes them.

That macro is asked for dozens of times a page, and Jinja takes ten times as long over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup, escape

NAME = "govuk_frontend_jinja/macros/attributes.html"
TEMPLATE = "{% set govukAttributes = write_attributes %}"
"""What stands in the place of the library's template NAME."""


_UNDEFINED = Undefined()


def write_attributes(attributes: Any = None) -> Markup:
    """`` name="value"`` for each of a mapping, escaped; text that is such already, as it is.

    A value may be ``{"value": …, "optional": True}``: then nothing is written where it is none,
    undefined or False, and the name alone where it is True.
    """
    if isinstance(attributes, Mapping):
        attributes = "".join(_write(attributes.items()))
    return Markup(attributes if isinstance(attributes, str) else "")  # noqa: S704  (escaped above)


def _write(attributes: Iterable[tuple[str, Any]]) -> Iterable[str]:
    for name, value in attributes:
        if isinstance(value, Mapping) and "val" in value:
            value = value["val"]
        optional = False
        if isinstance(value, Mapping):
            optional, value = value.get("optional") is True, value.get("value", _UNDEFINED)
        elif isinstance(value, bool):
            value = str(value).lower()
        if optional and value is True:
            yield f" {escape(name)}"
        elif not optional or not (value is None or value is False or isinstance(value, Undefined)):
            yield f' {escape(name)}="{escape(value)}"'
