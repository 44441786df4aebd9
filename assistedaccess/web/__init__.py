"""What every page has in common: headers, errors, languages, navigation, limits, footer pages."""

from __future__ import annotations

from flask import Flask

from . import csrf, errors, headers, languages, limits, pages, static_files, templating


def register(app: Flask) -> None:
    """Hang the common things onto ``app``. Last of all, so that every feature is there."""
    templating.register(app)
    languages.register(app)
    limits.register(app)
    csrf.register(app)
    errors.register(app)
    pages.register(app)
    static_files.register(app)
    headers.register(app)
