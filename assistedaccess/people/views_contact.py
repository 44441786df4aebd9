"""Pages about how a person is reached: contact points, where they live, what is safe."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.accounts.guard import ask_again, requires_fresh
from assistedaccess.kernel.errors import NotFound

from . import queries, service_address, service_contact
from .forms_contact import (
    WHOSE,
    AddContactPointForm,
    ChangeAddressForm,
    ChangeContactPointForm,
    EndContactPointForm,
    SafeContactForm,
    kind_names,
)
from .queries import PersonView, PointView
from .rules_routes import PointKind
from .views import bp, open_for_page, read_version, try_command


def _saved(reference: str) -> ResponseReturnValue:
    flash(_("Saved. The person is told of this change."), "success")
    return redirect(url_for(".show_contact", reference=reference), code=303)


def _get_point(person: PersonView, contact_point_id: UUID) -> PointView:
    for point in person.contact_points:
        if point.id == contact_point_id:
            return point
    raise NotFound


def _get_kind(reference: str, contact_point_id: UUID) -> tuple[UUID, str]:
    actor = get_actor()
    typed_by = actor.human_id if actor.is_family else None
    return queries.get_point_kind(reference, contact_point_id, typed_by)


@bp.get("/people/<reference>/contact")
@requires(Permission.CONTACT_CHANGE)
def show_contact(reference: str) -> ResponseReturnValue:
    """All ways to reach the person, and what is safe."""
    person = open_for_page(queries.get_by_reference(reference))
    return render_template(
        "people/show_contact.html",
        person=person,
        kinds=kind_names(),
        whose={choice.value: choice.label for choice in WHOSE},
    )


@bp.route("/people/<reference>/contact/add", methods=["GET", "POST"])
@requires(Permission.CONTACT_CHANGE)
def add_contact_point(reference: str) -> ResponseReturnValue:
    """One more way to reach the person. On the day of their registration that is part of it."""
    person_id = queries.get_by_reference(reference)
    if not queries.is_registered_today(person_id) and (asked := ask_again()) is not None:
        return asked
    form = AddContactPointForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service_contact.add_contact_point(
                actor=get_actor(),
                person_id=person_id,
                kind=form.kind.data,
                value=form.value,
                whose=form.whose.data,
                is_safe=form.is_safe.data == "yes",
                person_is_there=form.person_is_there,
            ),
        )
        if done is not None:
            return _saved(reference)
    person = open_for_page(person_id)
    return render_template("people/add_contact_point.html", form=form, person=person), form.status


@bp.route("/people/<reference>/contact/<uuid:contact_point_id>/change", methods=["GET", "POST"])
@requires(Permission.CONTACT_CHANGE)
@requires_fresh
def change_contact_point(reference: str, contact_point_id: UUID) -> ResponseReturnValue:
    """Put a new contact point in the place of an old one."""
    person_id, kind = _get_kind(reference, contact_point_id)
    form = ChangeContactPointForm(kind=kind)
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service_contact.change_contact_point(
                actor=get_actor(),
                contact_point_id=contact_point_id,
                value=form.value,
                whose=form.whose.data,
                is_safe=form.is_safe.data == "yes",
                old_is_unsafe=form.old_is_unsafe.data,
                person_is_there=form.person_is_there,
            ),
        )
        if done is not None:
            return _saved(reference)
    person = open_for_page(person_id)
    if not form.is_submitted():
        form = ChangeContactPointForm(
            kind=kind, data=_entered(person, _get_point(person, contact_point_id))
        )
    return render_template(
        "people/change_contact_point.html", form=form, person=person, kind=kind_names()[kind]
    ), form.status


def _entered(person: PersonView, point: PointView) -> dict[str, Any]:
    is_kept = person.hides_address and point.kind == PointKind.POSTAL
    is_number = point.kind in (PointKind.MOBILE, PointKind.LANDLINE)
    return {
        point.kind: "" if is_kept else point.shown if is_number else point.value,
        "whose": point.whose,
        "is_safe": "yes" if point.is_safe else "no",
    }


@bp.route("/people/<reference>/contact/<uuid:contact_point_id>/end", methods=["GET", "POST"])
@requires(Permission.CONTACT_CHANGE)
@requires_fresh
def end_contact_point(reference: str, contact_point_id: UUID) -> ResponseReturnValue:
    """Stop using a contact point, or mark it as not safe."""
    person_id, kind = _get_kind(reference, contact_point_id)
    form = EndContactPointForm()
    if form.validate_on_submit():
        done = try_command(form, lambda: _end(form, contact_point_id), other_field="reason")
        if done is not None:
            return _saved(reference)
    person = open_for_page(person_id)
    return render_template(
        "people/end_contact_point.html",
        form=form,
        person=person,
        point=_get_point(person, contact_point_id),
        kind=kind_names()[kind],
    ), form.status


def _end(form: EndContactPointForm, contact_point_id: UUID) -> UUID:
    actor = get_actor()
    if form.reason.data == "not_safe":
        return service_contact.mark_contact_point_unsafe(
            actor=actor,
            contact_point_id=contact_point_id,
            person_was_alone=form.old_is_unsafe.data,
            person_is_there=form.person_is_there,
        )
    return service_contact.end_contact_point(
        actor=actor,
        contact_point_id=contact_point_id,
        reason=form.reason.data,
        old_is_unsafe=form.old_is_unsafe.data,
        person_is_there=form.person_is_there,
    )


@bp.route("/people/<reference>/address", methods=["GET", "POST"])
@requires(Permission.CONTACT_CHANGE)
@requires_fresh
def change_address(reference: str) -> ResponseReturnValue:
    """Change where the person lives."""
    person_id = queries.get_by_reference(reference)
    form = ChangeAddressForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service_address.change_address(
                actor=get_actor(),
                person_id=person_id,
                version=read_version(form),
                housing=form.housing.data,
                address=form.address,
                hides_address=form.hides_address.data,
                old_is_unsafe=form.old_is_unsafe.data,
                person_is_there=form.person_is_there,
            ),
            other_field="housing",
        )
        if done is not None:
            return _saved(reference)
    person = open_for_page(person_id)
    if not form.is_submitted():
        form = ChangeAddressForm(data=_address_of(person))
    return render_template("people/change_address.html", form=form, person=person), form.status


def _address_of(person: PersonView) -> dict[str, Any]:
    # Who opens this page may be the one from whom the address is kept: it is entered anew.
    address = None if person.hides_address else person.address
    lines: dict[str, Any] = asdict(address) if address else {}
    return {
        "version": str(person.version),
        "housing": person.housing,
        "hides_address": person.hides_address,
        **lines,
    }


@bp.route("/people/<reference>/safe-contact", methods=["GET", "POST"])
@requires(Permission.PERSON_CHANGE)
@requires_fresh
def set_safe_contact(reference: str) -> ResponseReturnValue:
    """Change how it is safe to contact the person."""
    person_id = queries.get_by_reference(reference)
    form = SafeContactForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service_contact.set_safe_contact(
                actor=get_actor(),
                person_id=person_id,
                version=read_version(form),
                **form.safe_contact,
                person_was_alone=form.person_was_alone.data,
                reason=form.reason.data,
                until_on=form.until_on.data,
            ),
            other_field="contact_is_unsafe",
        )
        if done is not None:
            return _saved(reference)
    person = open_for_page(person_id)
    if not form.is_submitted():
        form = SafeContactForm(
            data={
                "version": str(person.version),
                "contact_is_unsafe": person.contact_is_unsafe,
                "no_messages_left": person.no_messages_left,
                "no_paper_at_home": person.no_paper_at_home,
                "preferred_contact": person.preferred_contact,
                "best_times": person.best_times,
                "safe_words": person.safe_words,
            }
        )
    return render_template("people/set_safe_contact.html", form=form, person=person), form.status
