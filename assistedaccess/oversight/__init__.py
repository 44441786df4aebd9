"""The auditor's desk: ask the journal what happened, and see the whole of each answer."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission
from assistedaccess.kernel import navigation


def register(app: Flask) -> None:
    """Hang the auditor's pages onto ``app``."""
    from .views import bp

    app.register_blueprint(bp)
    navigation.add(_l("Journal"), "oversight.list_events", Permission.JOURNAL_VIEW, order=10)
