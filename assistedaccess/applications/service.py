"""Commands that begin an application and give one up. Filling in, sending, records: service_*."""

from __future__ import annotations

from uuid import UUID

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import check_theirs
from assistedaccess.audit.once import Once
from assistedaccess.casework.models import Case
from assistedaccess.casework.rules import CaseState
from assistedaccess.casework.service import lock_case, set_service
from assistedaccess.consent.rules import Mode, Power
from assistedaccess.consent.service import get_person_for_act, name_helper, tell_person
from assistedaccess.delegation.authority import Authority, authorise
from assistedaccess.delegation.rules import NoAuthority, OutOfScope
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.words import spell_day
from assistedaccess.organisations.models import Organisation
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import get_person
from assistedaccess.people.reach import check_not_merged
from assistedaccess.people.service import reach_person
from assistedaccess.services.catalogue import ServiceEntry
from assistedaccess.services.queries import ServiceView, find_service, get_service

from .models import Application
from .rules import ApplicationClosed, CaseIsClosed, HelpIsRegulated, State, WithdrawReason
from .rules_changes import Purpose, needed_power

LANGUAGES = ("en", "cy")


def lock_application(actor: Actor, application_id: UUID) -> Application:
    """The application, locked, where it is the actor's organisation's. Raises NotFound."""
    row = get_session().get(
        Application, application_id, with_for_update=True, populate_existing=True
    )
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    check_theirs(actor, ("application", row.id))
    concerns(person_id=row.person_id, subject=("application", row.id))
    return row


def check_draft(row: Application) -> None:
    """Raise ApplicationClosed, with the day, when the application was sent or withdrawn."""
    if row.state == State.SUBMITTED and row.submitted_at is not None:
        day = spell_day(row.submitted_at, _shown_language())
        raise ApplicationClosed(
            _("This application was submitted on %(day)s. It cannot be changed.", day=day),
            next_step=_("To tell of a change, open the application and report a change to it."),
        )
    if row.state == State.WITHDRAWN and row.withdrawn_at is not None:
        day = spell_day(row.withdrawn_at, _shown_language())
        raise ApplicationClosed(
            _("This application was withdrawn on %(day)s.", day=day),
            next_step=_("Begin a new one from the case."),
        )


def lock_with_case(actor: Actor, application_id: UUID) -> tuple[Application, Case]:
    """Both locked, the case first, as whoever begins an application does: no circle of waiting."""
    case_id = select(Application.case_id).where(
        Application.id == application_id,
        Application.organisation_id == actor.organisation_id,
    )
    case = lock_case(actor, case_id.scalar_subquery(), is_beside=True)
    return lock_application(actor, application_id), case


def authorise_change(
    actor: Actor, person_id: UUID, service: str, purpose: str, mode: str = Mode.REPRESENTING
) -> Authority:
    """The live authority to change what was sent, of the service that was applied for.

    Payment details ask for their reserved power. Without it the power to report changes begins one
    too: it then waits until the person has confirmed it to somebody else (rules_payee). Raises what
    authorise() raises.
    """
    claimed = get_service(service).entry.changes_to or service

    def ask(power: Power) -> Authority:
        return authorise(actor=actor, person_id=person_id, service=claimed, power=power, mode=mode)

    try:
        return ask(needed_power(purpose, Power.REPORT_CHANGE))
    except (NoAuthority, OutOfScope) as missing:
        if purpose != Purpose.PAYMENT:
            raise
        try:
            return ask(Power.REPORT_CHANGE)
        except (NoAuthority, OutOfScope):
            raise missing from None


def check_version(row: Application, version: int) -> None:
    """Raise StaleVersion where the application is not as the page showed it."""
    if row.version != version:
        raise StaleVersion(
            _("Somebody else changed an answer after you opened the page."),
            next_step=_("Look at the answers again, then go on."),
        )


def authorise_for(actor: Actor, row: Application, power: Power) -> Authority:
    """The live authority for what is about to be done with an application, in its own mode.

    Raises what authorise() raises; the refusal then speaks of the application, not of the person.
    """
    try:
        if row.purpose != Purpose.CLAIM:
            return authorise_change(actor, row.person_id, row.service, row.purpose, row.mode)
        return authorise(
            actor=actor,
            person_id=row.person_id,
            service=row.service,
            power=power,
            mode=row.mode,
        )
    finally:
        concerns(subject=("application", row.id))


def _shown_language() -> str:
    locale = get_locale()
    return str(locale.language) if locale else "en"


def read_mode(mode: str) -> Mode:
    """The mode of that word. Raises InvalidInput."""
    return read_word("way", mode, Mode, _("Select how you will help"))


def read_service(key: str) -> ServiceView:
    """The service of that key. Raises InvalidInput."""
    found = find_service(key)
    if found is None:
        raise InvalidInput("service", _("Select a service from the list"))
    return found


def check_regulated(actor: Actor, entry: ServiceEntry) -> None:
    """Raise HelpIsRegulated where help with the service is, and the actor's organisation is not
    registered to give it."""
    if not entry.regulated_help:
        return
    organisation = get_session().get(Organisation, actor.organisation_id)
    if organisation is None or entry.regulated_help not in organisation.regulated_help:
        raise HelpIsRegulated(
            _("Only an organisation that is registered for it may help with this."),
            next_step=_("The page of the service says where to get help. Refer the person there."),
        )


@command("applications.start_application")
def start_application(
    *,
    actor: Actor,
    case_id: UUID,
    service: str,
    mode: str,
    language: str = "en",
    request_key: str | None = None,
) -> UUID:
    """Begin an application for a case's person under the form in force; returns its id.

    ``mode``: assisting (a live assisting consent of this visit) or representing (a delegation).
    Two requests with one ``request_key`` begin one. Raises InvalidInput where the service has no
    form, or the case has a draft for it already; HelpIsRegulated, CaseIsClosed; what authorise()
    raises.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    once = Once(actor, "applications.start_application", request_key, case_id, service, mode)
    repeated = once.find("application")
    if repeated is not None:
        return repeated
    case = lock_case(actor, case_id)
    if case.state == CaseState.CLOSED:
        raise CaseIsClosed(_("This case is closed."), next_step=_("Reopen the case first."))
    found = read_service(service)
    check_regulated(actor, found.entry)
    if found.form_definition_id is None:
        raise InvalidInput(
            "way", _("There is no form for this service here. Record help given elsewhere")
        )
    if language not in LANGUAGES:
        raise InvalidInput("language", _("Select a language from the list"))
    wanted = read_mode(mode)
    authority = authorise(
        actor=actor,
        person_id=case.person_id,
        service=service,
        power=Power.FILL_IN,
        mode=wanted,
    )
    check_not_merged(get_person_for_act(actor, case.person_id))
    check_no_draft(case.id, service, Purpose.CLAIM)
    set_service(case, service)
    row = add_draft(
        actor, case, authority, service, found.form_definition_id, mode=wanted, language=language
    )
    record(
        Action.APPLICATION_STARTED,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        authority=authority.pair,
        service=service,
        reason=str(wanted),
    )
    return once.keep(row.id)


def add_draft(
    actor: Actor,
    case: Case,
    authority: Authority,
    service: str,
    form_definition_id: UUID,
    *,
    mode: Mode,
    language: str,
    purpose: Purpose = Purpose.CLAIM,
    changes_id: UUID | None = None,
) -> Application:
    """A new draft in a locked case; who begins it records it."""
    assert actor.organisation_id is not None  # noqa: S101  (authorise refused it)
    assert actor.account_id is not None  # noqa: S101
    assert actor.human_id is not None  # noqa: S101
    now = clock.now()
    row = Application(
        id=new_id(),
        reference=new_reference("A"),
        organisation_id=actor.organisation_id,
        site_id=actor.site_id,
        case_id=case.id,
        person_id=case.person_id,
        service=service,
        form_definition_id=form_definition_id,
        purpose=str(purpose),
        changes_id=changes_id,
        mode=str(mode),
        authority_kind=authority.kind,
        authority_id=authority.id,
        language=language,
        state=State.DRAFT,
        version=1,
        started_at=now,
        started_by=actor.account_id,
        started_by_human=actor.human_id,
        changed_at=now,
        changed_by=actor.account_id,
    )
    get_session().add(row)
    get_session().flush()
    return row


def check_no_draft(case_id: UUID, service: str, purpose: Purpose) -> None:
    """Raise InvalidInput where the locked case has such a draft already: one goes on with it."""
    # Nobody begins another meanwhile; uq_application_draft stands behind it.
    reference = get_session().scalar(
        select(Application.reference).where(
            Application.case_id == case_id,
            Application.service == service,
            Application.purpose == str(purpose),
            Application.state == State.DRAFT,
        )
    )
    if reference is not None:
        raise InvalidInput(
            "service",
            _(
                "This case has a draft for this service: %(reference)s. Go on with it",
                reference=reference,
            ),
        )


@command("applications.change_way")
def change_way(*, actor: Actor, application_id: UUID, mode: str) -> UUID:
    """Go on with a draft in the other way, on a live authority for it; nothing typed is lost.

    What was read back has to be read back again: who represents may have done without the person.
    Raises what authorise() raises, ApplicationClosed, InvalidInput.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    row = lock_application(actor, application_id)
    check_draft(row)
    wanted = read_mode(mode)
    is_other = row.mode != wanted
    row.mode = str(wanted)
    authority = authorise_for(actor, row, Power.FILL_IN)
    assert actor.account_id is not None  # noqa: S101  (authorise refused it)
    if is_other:
        row.version += 1
        row.changed_at = clock.now()
        row.changed_by = actor.account_id
    record(
        Action.APPLICATION_CHANGED,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        authority=authority.pair,
        service=row.service,
        reason=row.mode,
    )
    return row.id


@command("applications.withdraw_application")
def withdraw_application(*, actor: Actor, application_id: UUID, reason: str) -> UUID:
    """Give a draft up, at the person's word or because it was a mistake. Said twice: once.

    Stopping needs no authority. The answers stay, sealed, and are not sent. The person is told.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    require_may_act(actor)
    row = lock_application(actor, application_id)
    reach_person(actor, row.person_id)
    if row.state == State.WITHDRAWN:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("application", row.id))
        return row.id
    check_draft(row)
    row.withdrawn_reason = read_word(
        "reason", reason, WithdrawReason, _("Select why it is withdrawn")
    )
    row.state = State.WITHDRAWN
    row.withdrawn_at = clock.now()
    row.ended_by = actor.account_id
    row.version += 1
    record(
        Action.APPLICATION_WITHDRAWN,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        service=row.service,
        reason=row.withdrawn_reason,
    )
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.APPLICATION_WITHDRAWN,
        organisation_id=row.organisation_id,
        facts={
            "helper": name_helper(actor),
            "service": get_service(row.service).name(get_person(row.person_id).language),
        },
    )
    return row.id
