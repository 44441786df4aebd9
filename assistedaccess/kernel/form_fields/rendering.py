"""Calls of GOV.UK Frontend's Jinja macros from Python."""

from __future__ import annotations

from typing import Any

from flask import current_app
from markupsafe import Markup, escape

_PREFIX = "govuk_frontend_jinja/components"


def find_macro(component: str) -> Any:
    """The macro of a GOV.UK component named in snake case, e.g. ``date_input``.

    Raises jinja2.TemplateNotFound where there is no such component.
    """
    words = component.split("_")
    template = current_app.jinja_env.get_template(f"{_PREFIX}/{'-'.join(words)}/macro.html")
    # Template.module is made once and kept: the macros need nothing of the page.
    return getattr(template.module, "govuk" + "".join(word.capitalize() for word in words))


def call_macro(component: str, params: dict[str, Any]) -> Markup:
    """The HTML of a GOV.UK component."""
    return Markup(find_macro(component)(params))  # noqa: S704  (macros escape what they are given)


def merge(params: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """``params`` with ``more`` laid over it, dictionary by dictionary."""
    merged = dict(params)
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            value = merge(merged[key], value)
        merged[key] = value
    return merged


def keep_lines(value: str) -> Markup:
    """``value`` for the inside of a textarea, its line breaks as character references.

    The macros indent what they nest; a bare line break would gain spaces at each save. A parser
    drops the first line break of a textarea, so one that must stay is doubled.
    """
    text = escape(value).replace("\n", Markup("&#10;"))
    return Markup("&#10;") + text if value.startswith("\n") else text
