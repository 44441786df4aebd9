"""Pages of an organisation's members, for its managers."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.accounts.guard import requires_fresh
from assistedaccess.accounts.hats import ROLE_NAMES
from assistedaccess.accounts.service import renew_invitation
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import Held, InvalidInput
from assistedaccess.kernel.form_fields import BaseForm, Choice, Divider

from . import queries, queries_members, rules, service, words
from .forms import ReasonForm
from .forms_members import CheckForm, InviteForm, MemberForm, RoleForm, TrainingForm
from .queries_members import Member
from .views import bp


def _offer_sites(form: InviteForm | MemberForm, organisation_id: UUID) -> None:
    """Let one choose between the sites; where there is none, nothing is asked."""
    sites = queries.list_sites(organisation_id)
    form.sites.choices = [Choice(str(site.id), site.name) for site in sites]
    if not sites:
        del form.sites


def _read_sites(form: InviteForm | MemberForm) -> list[UUID]:
    return [UUID(site) for site in form.sites.data] if "sites" in form else []


def _role_choices(kind: str | None, but: set[str] | None = None) -> list[Choice | Divider]:
    actor = get_actor()
    roles = rules.list_grantable_roles(actor.role, kind or rules.MembershipKind.STAFF)
    return [
        Choice(role, ROLE_NAMES[role], hint=_role_hint(role))
        for role in roles
        if role not in (but or set())
    ]


def _role_hint(role: str) -> str:
    return {
        "helper": _("Helps people, and acts for them within what they agreed to."),
        "reviewer": _("Decides on what waits for a second person."),
        "safeguarding_lead": _("Is told when somebody may be at risk."),
        "manager": _("Invites, trains and suspends members."),
        "auditor": _("Reads the journal of the organisations it audits."),
        "administrator": _("Sets up organisations."),
    }[role]


@bp.route("/organisations/<reference>/members/new", methods=["GET", "POST"])
@requires(Permission.MEMBERSHIP_CHANGE)
def invite_member(reference: str) -> ResponseReturnValue:
    """Invite somebody; then show the single-use link, once. Roles wait for a second human."""
    actor = get_actor()
    organisation = queries.get_organisation(actor, reference)
    form = InviteForm(data={"starts_on": clock.today()})
    _offer_sites(form, organisation.id)
    form.roles.choices = _role_choices(None)
    if form.validate_on_submit():
        _check_roles(form)
    if form.is_submitted() and not form.errors:
        try:
            invited = service.invite_member(
                actor=actor,
                organisation_id=organisation.id,
                name=form.name.data,
                email=form.email.data,
                other_email=form.other_email.data,
                kind=form.kind.data,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                site_ids=_read_sites(form),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            waiting = _ask_for_roles(invited.membership_id, form.roles.data)
            if not invited.path:
                flash(_("They are a member now. They have an account already."), "success")
                return _to_member(invited.membership_reference)
            return _show_link(invited.path, invited.membership_reference, waiting)
    page = render_template("organisations/invite_member.html", form=form, organisation=organisation)
    return page, form.status


def _check_roles(form: InviteForm) -> None:
    allowed = rules.list_grantable_roles(get_actor().role, form.kind.data)
    if set(form.roles.data) - set(allowed):
        names = ", ".join(str(ROLE_NAMES[role]) for role in allowed)
        form.add_error("roles", _("Members of this kind can be: %(roles)s", roles=names))


def _ask_for_roles(membership_id: UUID, roles: list[str]) -> list[str]:
    """The references of what now waits for a second human."""
    waiting = []
    for role in roles:
        try:
            service.grant_role(actor=get_actor(), membership_id=membership_id, role=role)
        except Held as held:
            waiting.append(held.pending_reference)
    return waiting


def _show_link(path: str, membership_reference: str, waiting: list[str]) -> str:
    return render_template(
        "organisations/show_invitation.html",
        link=current_app.config["SETTINGS"].public_url + path,
        membership_reference=membership_reference,
        waiting=waiting,
    )


def _to_member(reference: str) -> ResponseReturnValue:
    return redirect(url_for("organisations.view_member", reference=reference), 303)


@bp.post("/members/<reference>/invitation")
@requires(Permission.ACCOUNT_INVITE)
def renew_member_invitation(reference: str) -> ResponseReturnValue:
    """A new link for somebody who has not used theirs; the old one is dead."""
    member = queries_members.get_member(get_actor(), reference)
    link = renew_invitation(actor=get_actor(), account_id=member.membership.account_id)
    return _show_link(link.path, reference, [])


@bp.get("/members/<reference>")
@requires(Permission.MEMBERSHIP_VIEW)
def view_member(reference: str) -> ResponseReturnValue:
    """A member: what is recorded, what is missing, and what can be done about it."""
    member = queries_members.get_member(get_actor(), reference)
    return render_template(
        "organisations/view_member.html",
        member=member,
        role_names=ROLE_NAMES,
        checks=words.check_words(member.organisation.nation),
        words=words,
    )


@bp.route("/members/<reference>/edit", methods=["GET", "POST"])
@requires(Permission.MEMBERSHIP_CHANGE)
def edit_member(reference: str) -> ResponseReturnValue:
    """Change the dates and the sites of a member."""
    member = queries_members.get_member(get_actor(), reference)
    form = MemberForm(
        obj=member.membership, data={"sites": [str(site.id) for site in member.sites]}
    )
    _offer_sites(form, member.organisation.id)
    return _answer(
        form,
        member,
        "organisations/edit_member.html",
        lambda: service.change_membership(
            actor=get_actor(),
            membership_id=member.membership.id,
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            site_ids=_read_sites(form),
            version=form.read_version,
        ),
        _("Membership changed."),
    )


def _answer(
    form: BaseForm, member: Member, template: str, act: Callable[[], object], done: str
) -> ResponseReturnValue:
    """Do it and go back to the member, or show the form (again)."""
    if form.validate_on_submit():
        try:
            act()
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(done, "success")
            return _to_member(member.membership.reference)
    page = render_template(template, form=form, member=member, words=words)
    return page, form.status  # type: ignore[attr-defined]


@bp.route("/members/<reference>/training/new", methods=["GET", "POST"])
@requires(Permission.MEMBERSHIP_CHANGE)
def record_training(reference: str) -> ResponseReturnValue:
    """Record a completed course."""
    member = queries_members.get_member(get_actor(), reference)
    form = TrainingForm()
    form.offer(member.organisation.required_courses)
    return _answer(
        form,
        member,
        "organisations/record_training.html",
        lambda: service.record_training(
            actor=get_actor(),
            membership_id=member.membership.id,
            course=form.course.data,
            completed_on=form.completed_on.data,
        ),
        _("Training recorded."),
    )


@bp.route("/members/<reference>/checks/new", methods=["GET", "POST"])
@requires(Permission.MEMBERSHIP_CHANGE)
def record_check(reference: str) -> ResponseReturnValue:
    """Record a background check that one has seen."""
    member = queries_members.get_member(get_actor(), reference)
    form = CheckForm()
    form.level.choices = [
        Choice(str(level), label)
        for level, label in words.check_words(member.organisation.nation).items()
        if member.membership.kind != rules.MembershipKind.FAMILY or level == rules.CheckLevel.BASIC
    ]
    return _answer(
        form,
        member,
        "organisations/record_check.html",
        lambda: service.record_check(
            actor=get_actor(),
            membership_id=member.membership.id,
            level=form.level.data,
            checked_on=form.checked_on.data,
            certificate=form.certificate.data,
        ),
        _("Check recorded."),
    )


@bp.route("/members/<reference>/roles/new", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT)
@requires_fresh
def grant_role(reference: str) -> ResponseReturnValue:
    """Ask for a role for a member; a second human decides."""
    member = queries_members.get_member(get_actor(), reference)
    held = {row.role for row in member.roles}
    form = RoleForm()
    form.role.choices = _role_choices(member.membership.kind, but=held)
    return _answer(
        form,
        member,
        "organisations/grant_role.html",
        lambda: service.grant_role(
            actor=get_actor(), membership_id=member.membership.id, role=form.role.data
        ),
        _("Role given."),
    )


@bp.post("/members/<reference>/roles/<uuid:role_grant_id>/end")
@requires(Permission.MEMBERSHIP_CHANGE)
def end_role(reference: str, role_grant_id: UUID) -> ResponseReturnValue:
    """Take a role back."""
    member = queries_members.get_member(get_actor(), reference)
    service.end_role(actor=get_actor(), role_grant_id=role_grant_id)
    flash(_("The role has ended."), "success")
    return _to_member(member.membership.reference)


@bp.route("/members/<reference>/suspend", methods=["GET", "POST"])
@requires(Permission.MEMBERSHIP_CHANGE)
def suspend_member(reference: str) -> ResponseReturnValue:
    """Suspend a member at once."""
    return _stop(reference, "suspend", _("They are suspended and signed out everywhere."))


@bp.route("/members/<reference>/resume", methods=["GET", "POST"])
@requires(Permission.MEMBERSHIP_CHANGE)
def resume_member(reference: str) -> ResponseReturnValue:
    """Lift a suspension."""
    return _stop(reference, "resume", _("The suspension has ended."))


@bp.route("/members/<reference>/end", methods=["GET", "POST"])
@requires(Permission.MEMBERSHIP_CHANGE)
def end_member(reference: str) -> ResponseReturnValue:
    """End a membership at once."""
    return _stop(reference, "end", _("The membership has ended."))


_STOPS: dict[str, Callable[..., UUID]] = {
    "suspend": service.suspend_membership,
    "resume": service.resume_membership,
    "end": service.end_membership,
}


def _stop(reference: str, what: str, done: str) -> ResponseReturnValue:
    member = queries_members.get_member(get_actor(), reference)
    form = ReasonForm()
    return _answer(
        form,
        member,
        f"organisations/{what}_member.html",
        lambda: _STOPS[what](
            actor=get_actor(), membership_id=member.membership.id, reason=form.reason.data
        ),
        done,
    )
