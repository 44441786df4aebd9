"""Applications: filled in page by page, read back, declared and sent once; and records of help.

``service`` begins and withdraws, ``service_filling`` saves a page, ``service_sending`` reads back
and sends, ``service_helping`` records help given elsewhere, ``service_viewing`` looks. ``kept``
keeps what was typed and could not be saved.
"""

from __future__ import annotations

from flask import Flask

from assistedaccess.kernel.events import ActHeld, ActRefused, subscribe


def register(app: Flask) -> None:
    """Hang the pages onto ``app``; from now on a text that is refused is kept."""
    from . import (  # noqa: F401
        kept,
        views,
        views_delivering,
        views_evidence,
        views_filling,
        views_helping,
        views_sending,
    )

    subscribe(ActRefused, kept.keep_refused)
    subscribe(ActHeld, kept.keep_held)
    app.register_blueprint(views.bp)
