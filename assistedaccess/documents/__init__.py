"""Documents of a case and what they prove; letters that came for the person, or go from them."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages onto ``app``."""
    from . import views, views_letters  # noqa: F401  (it adds its pages)

    app.register_blueprint(views.bp)
