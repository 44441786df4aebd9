"""What every page has in common: headers, errors, languages, limits, footer pages, the log."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

PARTS = (
    "templating",
    "languages",
    "limits",
    "csrf",
    "errors",
    "pages",
    "status",
    "metrics",
    "static_files",
    "headers",
    "request_log",
)


def register(app: Flask) -> None:
    """Hang the common things onto ``app``. Last of all, so that every feature is there."""
    for name in PARTS:
        import_module(f"{__name__}.{name}").register(app)
