"""The helper's day, and the pages that gather many features: today, a person, a case's story."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission
from assistedaccess.audit.explain import register_explainer
from assistedaccess.kernel import navigation


def register(app: Flask) -> None:
    """Hang the pages onto ``app``."""
    from . import (  # noqa: F401  (adds pages)
        queries_supervision,
        views,
        views_holds,
        views_lists,
        views_losses,
        views_report,
        views_team,
        views_undo,
    )

    register_explainer(queries_supervision.explain_by_supervision)
    app.register_blueprint(views.bp)
    navigation.add(_l("Today"), "desk.today", permission=Permission.TODAY_VIEW, order=10)
    navigation.add(_l("Cases"), "desk.list_cases", permission=Permission.CASE_VIEW, order=30)
    navigation.add(_l("Team"), "desk.view_team", permission=Permission.TEAM_VIEW, order=20)
    navigation.add(_l("Report"), "desk.view_report", permission=Permission.REPORT_VIEW, order=25)
