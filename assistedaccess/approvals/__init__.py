"""What waits for a second human: one mechanism for everything that is held.

A command that a control holds is rolled back and stored here with its arguments, without effect.
The system draws who decides. A release runs the command again, authorised and assessed anew.
Features say by ``describe.register`` how their commands read, and ``draw.register_exclusion`` who
may not decide on them.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission
from assistedaccess.audit.explain import register_explainer
from assistedaccess.kernel import navigation
from assistedaccess.kernel.events import ActHeld, subscribe


def register(app: Flask) -> None:
    """Store what is held, and serve the pages."""
    from . import describe, describe_roles, draw, queries, store, views

    subscribe(ActHeld, store.store_held)
    register_explainer(queries.explain_review)
    describe.register(
        describe_roles.GRANT_ROLE, describe_roles.describe_role_grant, title=_l("Give a role")
    )
    describe.register(
        describe_roles.CHANGE_ORGANISATION,
        describe_roles.describe_requirements,
        title=_l("Change what an organisation asks of its helpers"),
    )
    draw.register_exclusion(describe_roles.exclude_grantee)
    app.register_blueprint(views.bp)
    navigation.add(
        _l("Waiting for you"),
        "approvals.list_reviews",
        permission=Permission.APPROVAL_DECIDE,
        order=15,
    )
    navigation.add(
        _l("Waiting for others"),
        "approvals.list_pending_acts",
        permission=Permission.APPROVAL_OWN,
        order=65,
    )
