"""What people need done, at one organisation: cases, notes, tasks, and the queue at the desk."""

from __future__ import annotations

from flask import Flask

from assistedaccess.audit.explain import register_explainer


def register(app: Flask) -> None:
    """Hang the pages onto ``app``; from now on an open case explains a look at its person."""
    from assistedaccess.consent import cases as consent_cases

    from . import queries, views, views_entries, views_queue  # noqa: F401  (they add their pages)

    register_explainer(queries.explain_by_case, first=True)
    consent_cases.tell_finder(queries.find_case_of)
    app.register_blueprint(views.bp)
