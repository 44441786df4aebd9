"""The auditor's desk: ask the journal, look at what waits, find what is wrong, and prove it."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission
from assistedaccess.audit.explain import LookUnexplained
from assistedaccess.audit.sealing import EventsSealed
from assistedaccess.casework import today
from assistedaccess.delegation.events import StopRanOut
from assistedaccess.kernel import navigation
from assistedaccess.kernel.events import subscribe
from assistedaccess.safeguards.events import OwnMakingLooked, Suspected


def register(app: Flask) -> None:
    """Hang the auditor's pages onto ``app``, and keep the queue of looks that nothing explains."""
    from . import (  # noqa: F401  (their pages)
        queries_asked,
        tally,
        views_asked,
        views_findings,
        views_flags,
        views_looks,
        views_pictures,
        views_public,
        views_samples,
    )
    from .service_flags import (
        keep_own_making,
        keep_stop_that_ran_out,
        keep_suspected,
        keep_unexplained,
    )
    from .views import bp

    app.register_blueprint(bp)
    app.register_blueprint(views_public.bp)
    app.register_blueprint(views_asked.looks)
    today.add("asked_look", queries_asked.is_asked)
    subscribe(LookUnexplained, keep_unexplained)
    subscribe(Suspected, keep_suspected)
    subscribe(OwnMakingLooked, keep_own_making)
    subscribe(StopRanOut, keep_stop_that_ran_out)
    subscribe(EventsSealed, tally.count_sealed)
    view = Permission.JOURNAL_VIEW
    navigation.add(_l("Journal"), "oversight.list_events", view, order=10)
    navigation.add(_l("Waiting"), "oversight.list_flags", view, order=12)
    navigation.add(_l("Findings"), "oversight.list_findings", view, order=14)
    navigation.add(
        _l("Records you opened"),
        "looks.list_own_looks",
        Permission.PERSON_VIEW,
        order=85,
        alone=True,
    )
    navigation.add(
        _l("Auditors ask"), "oversight.list_questions", Permission.FINDING_ANSWER, order=80
    )
