"""Pages about the policy: everybody can read which power needs what; changing it takes two."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.organisations.rules import MembershipKind, limits_for
from assistedaccess.organisations.words import MEMBERSHIP_KINDS

from . import queries, service_policy, words
from .forms_policy import PolicyForm, enter_policy
from .rules import RESERVED_POWERS, Power
from .views import bp


@bp.get("/consent-rules")
@requires(Permission.ORGANISATION_VIEW)
def view_policy() -> ResponseReturnValue:
    """Which power needs how strong a yes, and who may hold it."""
    policy = queries.get_policy()
    rows = [
        (
            words.POWERS[power],
            words.STRENGTHS[policy.strengths[power]],
            [
                MEMBERSHIP_KINDS[kind]
                for kind in MembershipKind
                if power in policy.holders[kind] and power in limits_for(kind).powers
            ],
        )
        for power in Power
    ]
    return render_template(
        "consent/view_policy.html",
        policy=policy,
        rows=rows,
        spoken=service_policy.name_powers(policy.spoken),
        since=service_policy.find_published_at(policy.version),
        may_change=is_allowed(get_actor(), Permission.POLICY_CHANGE),
    )


@bp.route("/consent-rules/change", methods=["GET", "POST"])
@requires(Permission.POLICY_CHANGE)
def change_policy() -> ResponseReturnValue:
    """Ask for other rules; a second human decides."""
    policy = queries.get_policy()
    form = PolicyForm(data=enter_policy(policy))
    if form.validate_on_submit():
        version = form.base_version.data or ""
        try:
            service_policy.change_policy(
                actor=get_actor(),
                base_version=int(version) if version.isdecimal() and len(version) < 9 else 0,
                document=form.document,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The new rules count from now on."), "success")
            return redirect(url_for(".view_policy"), code=303)
    return (
        render_template(
            "consent/change_policy.html",
            form=form,
            powers=[(power, words.POWERS[power], power in RESERVED_POWERS) for power in Power],
        ),
        form.status,
    )
