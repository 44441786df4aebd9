"""What data protection law asks, done by the system itself: what is held and why, a person's
access pack, how long each kind of record is kept, and what people ask about their data."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages onto ``app``."""
    from .views import bp

    app.register_blueprint(bp)
