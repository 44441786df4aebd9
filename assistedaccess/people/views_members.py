"""The page on which a manager says that a member is also a person who is helped here."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.organisations.queries_members import get_member

from . import service
from .forms import LinkMemberForm
from .views import bp, try_command


@bp.route("/members/<reference>/own-record", methods=["GET", "POST"])
@requires(Permission.MEMBERSHIP_CHANGE)
def link_member(reference: str) -> ResponseReturnValue:
    """Tie a member to their own record, by its reference. It is a bar: nobody is shown anything."""
    member = get_member(get_actor(), reference)
    form = LinkMemberForm()
    if form.validate_on_submit():
        person_id = try_command(
            form,
            lambda: service.link_human(
                actor=get_actor(),
                membership_id=member.membership.id,
                person_reference=form.person_reference.data,
            ),
        )
        if person_id is not None:
            flash(_("They cannot open that record any more, by any account of theirs."), "success")
            return redirect(url_for("organisations.view_member", reference=reference), 303)
    return render_template("people/link_member.html", form=form, member=member), form.status
