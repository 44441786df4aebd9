"""Pages about a yes: recording one to assist, looking at it, its receipt, taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.audit import Action
from assistedaccess.audit.proofs import find_place, find_proof
from assistedaccess.kernel.downloads import attach
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import Choice, Divider
from assistedaccess.kernel.return_path import find_safe_path
from assistedaccess.notices.sites import find_desk
from assistedaccess.people.queries import get_by_reference, get_person
from assistedaccess.people.views import record_address
from assistedaccess.services.queries import list_services

from . import cases, queries, service, service_papers, service_viewing, words
from .forms import OTHER_SERVICE, AssistForm, WithdrawForm
from .queries import StatementView
from .rules import Mode
from .service_viewing import PersonAsked

bp = Blueprint("consent", __name__)


def shown_language() -> str:
    """The language of the page."""
    return str(get_locale() or "en")


def service_choices(nation: str | None, *, other: bool = False) -> list[Choice | Divider]:
    """The services there are in the person's nation; ``other``: and that it is none of them."""
    language = shown_language()
    found = list_services(nation)
    choices: list[Choice | Divider] = [Choice(one.key, one.name(language)) for one in found]
    return [*choices, Choice(OTHER_SERVICE, _("Something else"))] if other else choices


def choose_statement(kind: Mode, person: PersonAsked, asked: str | None) -> list[StatementView]:
    """The statements that may be read, the one to read now first: as asked, else the person's."""
    found = queries.list_statements(kind)
    wanted = asked if any(one.language == asked for one in found) else person.language
    return sorted(found, key=lambda one: (one.language != wanted, one.language != "en"))


@bp.route("/people/<reference>/help", methods=["GET", "POST"])
@requires(Permission.CONSENT_RECORD)
def assist_person(reference: str) -> ResponseReturnValue:
    """One page records that the person asked for help with one service, and said yes."""
    actor = get_actor()
    person_id = get_by_reference(reference)
    case_reference = request.args.get("case", "")
    case_id = cases.get_case_id(actor, case_reference, person_id) if case_reference else None
    form = AssistForm(data={"service": request.args.get("service")})
    person = (
        None
        if form.is_submitted()
        else service_viewing.open_for_asking(actor=actor, person_id=person_id)
    )
    form.service.choices = service_choices((person or get_person(person_id)).nation, other=True)
    if form.validate_on_submit():
        chosen = form.service.data
        try:
            consent_id = service.record_assisting_consent(
                actor=actor,
                person_id=person_id,
                case_id=case_id,
                service=None if chosen == OTHER_SERVICE else chosen,
                purpose=form.purpose.data or "",
                channel=form.channel.data or "",
                language=form.language.data or "",
                request_key=form.request_key.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            back = find_safe_path(request.args.get("next")) or _case_address(case_reference)
            consent = queries.get_reference(consent_id)
            if form.save_and_print.data:
                after = back or record_address(reference)
                return redirect(url_for(".print_receipt", reference=consent, next=after), 303)
            return redirect(url_for(".view_consent", reference=consent, next=back), 303)
    person = person or service_viewing.open_for_asking(actor=actor, person_id=person_id)
    statements = choose_statement(
        Mode.ASSISTING, person, form.language.data or request.args.get("language")
    )
    form.language.data = statements[0].language
    return (
        render_template(
            "consent/assist_person.html",
            record_address=record_address,
            form=form,
            person=person,
            back=find_safe_path(request.args.get("next"))
            or _case_address(case_reference)
            or record_address(person.reference),
            statement=statements[0],
            others=[
                (words.LANGUAGES[one.language], _with_language(one.language))
                for one in statements[1:]
            ],
        ),
        form.status,
    )


def _case_address(reference: str) -> str | None:
    """The case from which somebody came; its page stands above this package."""
    if not reference or "desk.view_case" not in current_app.view_functions:
        return None
    return url_for("desk.view_case", reference=reference)


def _with_language(language: str) -> str:
    arguments: dict[str, Any] = {**(request.view_args or {}), **request.args}
    return url_for(".assist_person", **{**arguments, "language": language})


@bp.get("/consents/<reference>")
@requires(Permission.DELEGATION_VIEW)
def view_consent(reference: str) -> ResponseReturnValue:
    """All that is kept of one yes, for the organisation that asked."""
    consent = service_viewing.open_consent(actor=get_actor(), reference=reference)
    return render_template(
        "consent/view_consent.html",
        record_address=record_address,
        consent=consent,
        services=queries.name_services(consent.services, shown_language()),
        words=words,
        entry=find_entry(consent.id),
        may_open_pictures=is_allowed(get_actor(), Permission.CONSENT_RECORD),
        next_path=find_safe_path(request.args.get("next")),
    )


@bp.get("/consents/<reference>/pictures/<uuid:picture_id>")
@requires(Permission.CONSENT_RECORD)
def open_picture(reference: str, picture_id: UUID) -> ResponseReturnValue:
    """A signature or a signed form: to be saved and looked at, never shown within a page."""
    picture = service_papers.open_picture(
        actor=get_actor(), reference=reference, picture_id=picture_id
    )
    ending = "png" if picture.media_type == "image/png" else "jpg"
    return attach(picture.content, picture.media_type, f"{reference}.{ending}")


@bp.get("/consents/<reference>/receipt")
@requires(Permission.DELEGATION_VIEW)
def print_receipt(reference: str) -> ResponseReturnValue:
    """What the person agreed to, on paper, in their language."""
    actor = get_actor()
    consent = service_viewing.print_receipt(actor=actor, reference=reference)
    with force_locale(consent.person_language):
        return render_template(
            "consent/print_receipt.html",
            consent=consent,
            services=queries.name_services(consent.services, consent.person_language),
            desk=find_desk(actor.organisation_id, actor.site_id),
            picture=_picture_of_proof(consent.id),
            words=words,
            check_address=check_address(),
            after=find_safe_path(request.args.get("next")),
        )


_RECORDED = (Action.CONSENT_RECORDED, Action.CONSENT_CONFIRMED)


def find_entry(consent_id: UUID) -> int | None:
    """Which entry of the journal a consent is; None until it is sealed."""
    return find_place(("consent", consent_id), _RECORDED)


def check_address() -> str:
    """Where a receipt can be checked, as it is printed; the page stands above this package."""
    if "my_record.check_receipt" not in current_app.view_functions:
        return ""
    base = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    return f"{base.partition('://')[2]}{url_for('my_record.check_receipt')}"


def _picture_of_proof(consent_id: UUID) -> str | None:
    """The proof that the yes is in the journal, as a QR code; None until it is sealed."""
    proof = find_proof(("consent", consent_id), _RECORDED)
    if proof is None:
        return None
    return segno.make(proof, error="l", micro=False).svg_data_uri(scale=4, border=4)


@bp.route("/consents/<reference>/withdraw", methods=["GET", "POST"])
@requires(Permission.YES_TAKE_BACK)
def withdraw_consent(reference: str) -> ResponseReturnValue:
    """Take a yes back at the person's word: any helper, any organisation."""
    actor = get_actor()
    form = WithdrawForm()
    if form.validate_on_submit():
        service.withdraw_consent(
            actor=actor, consent_id=queries.get_id(reference), how=form.how.data or ""
        )
        flash(_("The yes is taken back. Nothing more can be done on it."), "success")
        return redirect(url_for(".withdraw_consent", reference=reference), code=303)
    consent = service_viewing.open_to_stop(actor=actor, reference=reference)
    return (
        render_template(
            "consent/withdraw_consent.html",
            form=form,
            consent=consent,
            services=queries.name_services(consent.services, shown_language()),
            words=words,
        ),
        form.status,
    )


@bp.post("/visits/<uuid:visit_id>/end")
@requires(Permission.CONSENT_RECORD)
def end_visit(visit_id: UUID) -> ResponseReturnValue:
    """Helper and person have parted."""
    service.end_visit(actor=get_actor(), visit_id=visit_id)
    flash(_("The visit has ended. To help this person again, ask for a new yes."), "success")
    return redirect(find_safe_path(request.form.get("next")) or "/", code=303)
