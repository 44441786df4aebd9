"""What a person agreed to, and how it is known: visits, statements, evidence, taking it back."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission
from assistedaccess.approvals import describe
from assistedaccess.audit.explain import (
    BY_THIS_ACCOUNT,
    register_explainer,
    register_theirs,
    theirs,
)
from assistedaccess.kernel import navigation
from assistedaccess.kernel.controls import register_control


def register(app: Flask) -> None:
    """Hang visits and consents onto ``app``, with the ways of confirming that there are."""
    from sqlalchemy import or_

    from . import service_policy, views_policy, ways
    from .models import Consent
    from .service_viewing import explain_by_consent

    ways.register_all()
    register_explainer(explain_by_consent, for_family=True)
    given_to = or_(
        Consent.account_id == BY_THIS_ACCOUNT, Consent.holder_account_id == BY_THIS_ACCOUNT
    )
    register_theirs("consent", theirs(Consent.id, given_to))
    register_control(service_policy.hold_for_second_human)
    describe.register(
        service_policy.CHANGE,
        service_policy.describe_change,
        title=_l("Change the rules of what a yes may carry"),
    )
    app.register_blueprint(views_policy.bp)
    navigation.add(
        _l("Rules of a yes"),
        "consent.view_policy",
        permission=Permission.POLICY_CHANGE,
        order=75,
    )
