"""Who may act for whom, in what, until when: granted on a consent, stopped at a word."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission
from assistedaccess.approvals import describe
from assistedaccess.approvals.draw import register_exclusion
from assistedaccess.approvals.events import PendingActDecided
from assistedaccess.approvals.reserved import register_reservation
from assistedaccess.audit.explain import (
    BY_THIS_ACCOUNT,
    register_explainer,
    register_theirs,
    theirs,
)
from assistedaccess.consent.beginning import register_beginning
from assistedaccess.consent.events import (
    ConsentDenied,
    ConsentStrengthened,
    ConsentWithdrawn,
    SilentHelpAsked,
)
from assistedaccess.consent.queries_words import is_asked
from assistedaccess.consent.stops import register_check
from assistedaccess.kernel import navigation
from assistedaccess.kernel.controls import register_control
from assistedaccess.kernel.events import ActHeld, subscribe
from assistedaccess.notices.service_letters import LetterOpened
from assistedaccess.organisations.events import MemberStopped, OrganisationStopped
from assistedaccess.people.events import DeathUndone, PersonDied


def register(app: Flask) -> None:
    """Hang delegations onto ``app``, and the control of their money limits."""
    from . import (  # noqa: F401  (the views add their pages)
        hidden,
        merging,
        rules,
        rules_grant,
        rules_legal,
        service,
        service_death,
        service_legal,
        service_life,
        service_papers,
        service_stops,
        service_stops_unproven,
        silent_help,
        surroundings,
        views_asking,
        views_authority,
        views_confirming,
        views_legal,
        views_life,
        views_terms,
        views_words,
    )
    from .events import StoppedUnproven
    from .models import Delegation
    from .queries import has_begun
    from .queries_reasons import explain_by_delegation
    from .views import asking_bp, bp, stop_bp
    from .words import describe_grant

    register_control(rules.check_limit)
    register_control(rules.check_late)
    register_control(rules.check_silent_help)
    register_control(rules_grant.check_company)
    register_control(rules_legal.hold_instrument)
    register_control(rules_legal.hold_doubt)
    register_control(merging.refuse_while_stopped)
    register_explainer(explain_by_delegation, for_family=True)
    by_name = Delegation.holder_account_id == BY_THIS_ACCOUNT
    register_theirs("delegation", theirs(Delegation.id, by_name))
    register_beginning(has_begun)
    register_check(surroundings.check_no_stop)
    register_exclusion(service.list_excluded_humans)
    subscribe(ConsentWithdrawn, service_stops.end_with_consent)
    subscribe(MemberStopped, service_life.suspend_with_member)
    subscribe(OrganisationStopped, service_life.suspend_with_organisation)
    subscribe(ConsentStrengthened, service_papers.widen)
    subscribe(ConsentDenied, service_papers.stop_denied)
    subscribe(PersonDied, service_death.end_with_death)
    subscribe(DeathUndone, service_death.revive_with_person)
    subscribe(PendingActDecided, service_legal.note_checker)
    register_exclusion(service_legal.exclude_holder)
    describe.register(
        rules_legal.RECORD_INSTRUMENT,
        service_legal.describe_instrument,
        title=_l("Let somebody act by legal authority"),
    )
    subscribe(ActHeld, service.tell_of_hold)
    subscribe(StoppedUnproven, service_stops_unproven.have_it_confirmed)
    register_exclusion(service_stops_unproven.exclude_stopped)
    describe.register(
        service_stops_unproven.CONFIRM_STOP,
        service_stops_unproven.describe_stop,
        title=service_stops_unproven.TITLE,
    )
    subscribe(LetterOpened, hidden.keep_address)
    register_reservation(silent_help.RESERVATION)
    subscribe(SilentHelpAsked, silent_help.reserve_what_waits)
    subscribe(PendingActDecided, silent_help.settle_silent_help)
    describe.register(
        service.GRANT_COMMAND,
        describe_grant,
        title=_l("Let a helper act for a person"),
        missing=surroundings.find_missing,
    )
    app.register_blueprint(bp)
    app.register_blueprint(stop_bp)
    app.register_blueprint(asking_bp)
    navigation.add(
        _l("Waiting for an answer"),
        "asking.list_asked",
        permission=Permission.DELEGATION_GRANT,
        order=66,
    )
    navigation.add(
        _l("Your word is asked for"),
        "asking.list_words",
        Permission.ACCOUNT_OWN,
        order=86,
        alone=True,
        waits=is_asked,
    )
    navigation.add(_l("Stop"), "stop.find_to_stop", permission=Permission.DELEGATION_END, order=25)
