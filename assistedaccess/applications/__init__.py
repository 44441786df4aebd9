"""Applications: filled in page by page, read back, declared and sent once; and records of help.

``service`` begins and withdraws, ``service_filling`` saves a page, ``service_sending`` reads back
and sends, ``service_changing`` reports a change to what was sent, ``service_helping`` records help
given elsewhere, ``service_payments`` takes fees, ``service_till`` opens and counts tills,
``service_outcomes`` writes down what became of them, ``service_viewing`` looks. ``kept`` keeps
what was typed and could not be saved.
"""

from __future__ import annotations

from flask import Flask

from assistedaccess.kernel.events import ActHeld, ActRefused, subscribe


def register(app: Flask) -> None:
    """Hang the pages onto ``app``; from now on a text that is refused is kept."""
    from flask_babel import lazy_gettext as _l

    from assistedaccess.access import Permission
    from assistedaccess.approvals import describe
    from assistedaccess.approvals.draw import register_exclusion
    from assistedaccess.approvals.events import PendingActDecided
    from assistedaccess.audit.explain import NotIncluded
    from assistedaccess.casework.events import CaseHandedOver, CasesReassigned
    from assistedaccess.kernel import navigation
    from assistedaccess.kernel.controls import register_control

    from . import (  # noqa: F401
        awaiting,
        kept,
        queries_links,
        rules_emergency,
        rules_payee,
        rules_payments,
        rules_refunds,
        service_emergency,
        service_payee,
        service_payee_confirming,
        service_payee_keeping,
        service_payee_stopping,
        service_payments,
        service_refunds,
        theirs,
        views,
        views_changing,
        views_delivering,
        views_emergency,
        views_evidence,
        views_filling,
        views_helping,
        views_links,
        views_outcomes,
        views_paper,
        views_payee,
        views_payments,
        views_refunds,
        views_sending,
        views_till,
    )
    from .events import ApplicationSubmitted, RecordOfHelpMade

    theirs.register()
    queries_links.use_account(app.config["SETTINGS"].govuk_pay_organisation)
    subscribe(ApplicationSubmitted, awaiting.await_application)
    subscribe(RecordOfHelpMade, awaiting.await_help)
    subscribe(CaseHandedOver, awaiting.hand_over)
    subscribe(CasesReassigned, awaiting.give_over)
    subscribe(ActRefused, kept.keep_refused)
    subscribe(ActHeld, kept.keep_held)
    subscribe(ActHeld, service_payee.tell_of_hold)
    register_control(rules_payee.check_payee)
    register_exclusion(service_payee_confirming.exclude_concerned)
    describe.register(
        service_payee.SUBMIT,
        service_payee_confirming.describe_change,
        title=_l("Change where money is paid"),
        missing=service_payee_confirming.find_missing,
    )
    describe.register(
        rules_payee.KEEP,
        service_payee_confirming.describe_change,
        title=_l("Pay the money of a claim to this account"),
        missing=service_payee_confirming.find_missing,
    )
    subscribe(PendingActDecided, service_payee_stopping.settle_decided)
    register_exclusion(service_payee_stopping.exclude_those_before)
    describe.register(
        rules_payee.RESTORE,
        service_payee_stopping.describe_restoring,
        title=_l("Pay the money where it went before"),
    )
    register_control(rules_payments.check_waiving)
    describe.register(
        rules_payments.TAKE, service_payments.describe_payment, title=_l("Take a payment")
    )
    describe.register(
        rules_payments.WAIVE, service_payments.describe_waiving, title=_l("Waive a fee")
    )
    register_control(rules_refunds.check_refund)
    register_exclusion(service_refunds.exclude_taker)
    describe.register(
        rules_refunds.REFUND, service_refunds.describe_refund, title=_l("Give a fee back")
    )
    register_control(rules_emergency.check_giving)
    describe.register(
        rules_emergency.GIVE, service_emergency.describe_giving, title=_l("Give emergency help")
    )
    describe.register(
        rules_emergency.REVIEW,
        service_emergency.describe_review,
        title=_l("Look at emergency help that went out"),
    )
    navigation.add(_l("Till"), "till.list_tills", permission=Permission.TILL_COUNT, order=68)
    app.register_error_handler(NotIncluded, views.show_not_included)
    app.register_blueprint(views.bp)
    app.register_blueprint(views_till.bp)
