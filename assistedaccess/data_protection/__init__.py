"""What data protection law asks, done by the system itself: what is held and why, a person's
access pack, how long each kind of record is kept, and what people ask about their data."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission
from assistedaccess.kernel import navigation
from assistedaccess.kernel.events import subscribe
from assistedaccess.people.events import MergeUndone, RecordsMerged


def register(app: Flask) -> None:
    """Hang the pages onto ``app``."""
    from . import (
        service_merged,
        views_privacy,  # noqa: F401  (they add pages)
        views_requests,  # noqa: F401
        views_use,  # noqa: F401
    )
    from .views import bp

    app.register_blueprint(bp)
    subscribe(RecordsMerged, service_merged.follow_merge)
    subscribe(MergeUndone, service_merged.part)
    navigation.add(
        _l("Data requests"),
        "data_protection.list_data_requests",
        permission=Permission.DATA_REQUEST_ANSWER,
        order=17,
    )
