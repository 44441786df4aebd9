"""What people need done, at one organisation: cases, notes, tasks, and the queue at the desk; and
the concerns that its safeguarding leads alone may read; and complaints."""

from __future__ import annotations

from flask import Flask

from assistedaccess.audit.explain import register_explainer, register_theirs, theirs
from assistedaccess.delegation.events import AppointeeNeeded
from assistedaccess.kernel.events import subscribe


def register(app: Flask) -> None:
    """Hang the pages onto ``app``; from now on an open case explains a look at its person."""
    from flask_babel import lazy_gettext as _l

    from assistedaccess.access import Permission
    from assistedaccess.consent import cases as consent_cases
    from assistedaccess.consent import queries_words
    from assistedaccess.consent.events import ConsentDenied, ConsentWithdrawn, SilentHelpAsked
    from assistedaccess.kernel import navigation
    from assistedaccess.notices.sending import ComplaintNoticeSettled
    from assistedaccess.organisations.events import OrganisationStopped
    from assistedaccess.people.events import DeathUndone, PersonDied

    from . import (  # noqa: F401  (the views add their pages)
        complaint_ways,
        queries,
        queries_appointments,
        queries_concerns,
        queries_groups,
        queries_handover,
        queries_reasons,
        queries_referrals,
        service_appointee,
        service_endings,
        service_handover,
        service_referral_steps,
        silent_help,
        undoing,
        views,
        views_appointments,
        views_benefits,
        views_complaints,
        views_concerns,
        views_entries,
        views_groups,
        views_handover,
        views_left_sessions,
        views_links,
        views_places,
        views_queue,
        views_reassigning,
        views_referrals,
        views_referrals_in,
        views_register,
        views_warnings,
    )
    from . import today as word_on_today
    from .events import CaseClosed
    from .models import Case

    register_theirs("case", theirs(Case.id, queries.OPENED_AND_KEPT))
    register_explainer(queries_reasons.explain_by_case, first=True)
    register_explainer(queries_reasons.explain_by_place)
    register_explainer(queries_appointments.explain_by_appointment)
    register_explainer(queries_groups.explain_by_register)
    register_explainer(queries_reasons.explain_by_task)
    register_explainer(queries_referrals.explain_by_referral)
    register_explainer(queries_concerns.explain_by_concern)
    app.add_template_global(views_concerns.concern_address)
    navigation.add(
        _l("Concerns"),
        "casework.list_concerns",
        permission=Permission.CONCERN_VIEW,
        order=40,
        alone=True,
    )
    navigation.add(
        _l("Hand-overs"),
        "casework.list_hand_overs",
        permission=Permission.SITE_WORK,
        order=35,
        alone=True,
    )
    navigation.add(
        _l("Referrals"),
        "casework.list_referrals",
        permission=Permission.SITE_WORK,
        order=36,
        alone=True,
    )
    navigation.add(
        _l("Places"),
        "casework.list_places",
        permission=Permission.PLACE_KEEP,
        order=47,
        alone=True,
    )
    navigation.add(
        _l("Complaints"),
        "casework.list_complaints",
        permission=Permission.COMPLAINT_ANSWER,
        order=45,
        alone=True,
    )
    consent_cases.tell_finder(queries.find_case_of)
    subscribe(AppointeeNeeded, service_appointee.open_appointee_case)
    subscribe(ComplaintNoticeSettled, complaint_ways.note_settled)
    subscribe(CaseClosed, service_endings.cancel_with_case)
    subscribe(PersonDied, service_endings.cancel_with_death)
    subscribe(DeathUndone, service_endings.rebook_with_person)
    subscribe(OrganisationStopped, service_handover.return_with_organisation)
    subscribe(OrganisationStopped, service_referral_steps.return_referrals_with_organisation)
    subscribe(ConsentWithdrawn, service_referral_steps.withdraw_with_consent)
    subscribe(SilentHelpAsked, silent_help.raise_for_silent_help)
    subscribe(ConsentDenied, silent_help.raise_for_denied)
    word_on_today.add("asked_word", queries_words.is_asked)
    undoing.register()
    app.register_blueprint(views.bp)
