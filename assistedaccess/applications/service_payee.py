"""Where the money is paid: a change of it is begun here, looked at by the controls, and kept.

It is filled in, read back, declared and sent as any application, on the reserved power
``change_payment_details``. Or it is done once, on the power to report changes, where the person
has confirmed it to another member of staff, whom the helper did not choose a number for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import CompoundSelect, String, func, insert, literal, select, union_all
from sqlalchemy.orm import aliased

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account as HelperAccount
from assistedaccess.approvals.store import put_before_second_human
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.consent.rules import Mode, Power
from assistedaccess.consent.service import name_helper, tell_person
from assistedaccess.delegation.authority import Authority
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import canonical, clock, controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import Call, command, get_command
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, InvalidInput
from assistedaccess.kernel.events import ActHeld
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.models import DeclaredInterest, Organisation
from assistedaccess.organisations.queries_interests import (
    counting_interests_since,
    interest_counts,
)
from assistedaccess.people.models import Person
from assistedaccess.people.queries import get_person
from assistedaccess.services.queries import get_newest_form, get_service

from . import rules_payee
from .answers import load_pages, merge
from .models import Application
from .models_payee import PaymentConfirmation, PaymentDetails
from .name_check import NameCheck, get_name_checker, is_same_organisation, names_another
from .queries_changes import Changed
from .rules import SaidBack, State
from .rules_changes import Purpose, needed_power
from .rules_payee import Account, Payee, Whose, Without, read_account
from .service import add_draft, authorise_change, check_no_draft
from .service_changing import lock_claim

W = TypeVar("W", bound=StrEnum)

START = "applications.start_payment_details"
SUBMIT = "applications.submit_application"
POWER = Power.CHANGE_PAYMENT_DETAILS
LATELY = timedelta(days=90)
"""For so long counts who took the person's word for whom (a starting value of this project)."""


@command(START)
def start_payment_details(
    *, actor: Actor, application_id: UUID, request_key: str | None = None
) -> UUID:
    """Begin to change where the money of a claim is paid; returns the id of what tells it.

    Two requests with one ``request_key`` begin one. Raises NothingSent, CaseIsClosed, InvalidInput
    where the service pays no money to people, and what authorise() raises.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    once = Once(actor, START, request_key, application_id)
    repeated = once.find("application")
    if repeated is not None:
        return repeated
    claim, case = lock_claim(actor, application_id)
    if not get_service(claim.service).entry.pays_money:
        raise InvalidInput("", _("Nothing is paid to the person here"))
    authority = authorise_change(actor, claim.person_id, claim.service, Purpose.PAYMENT)
    check_no_draft(case.id, claim.service, Purpose.PAYMENT)
    row = add_draft(
        actor,
        case,
        authority,
        claim.service,
        get_newest_form(rules_payee.FORM),
        mode=Mode.REPRESENTING,
        language=claim.language,
        purpose=Purpose.PAYMENT,
        changes_id=claim.id,
    )
    record(
        Action.PAYMENT_DETAILS_STARTED,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        authority=authority.pair,
        service=row.service,
        details={"changes": str(claim.id)},
    )
    return once.keep(row.id)


def assess(
    actor: Actor,
    row: Application,
    answers: Mapping[str, Any],
    person: Person,
    authority: Authority,
    changed: Changed | None,
) -> Payee | None:
    """What is about to be kept as where the money goes; None where the form says nothing of it.

    Two statements: who declared the account, and the delegation; of a change, and of a claim's
    account that waits, a third, whether the person has confirmed it.
    """
    account = read_account(answers)
    is_change = row.purpose == Purpose.PAYMENT
    if account is None and not is_change:
        return None
    before = read_account(changed.changes.answers) if changed and is_change else None
    declared, own_names, organisation = _find_near(account, actor)
    holder = account.holder if account else ""
    delegation = None
    if authority.kind == "delegation":
        delegation = get_session().get(Delegation, authority.id)
    holds_power = delegation is not None and POWER in delegation.powers
    return Payee(
        account=account,
        before=before,
        whose=_read(Whose, answers.get("accountOf")),
        name_check=_check_name(person, account),
        name_check_before=_check_name(person, before),
        is_helpers=actor.human_id in declared,
        is_anothers=bool(declared - {actor.human_id, person.human_id}),
        names_helper=any(
            names_another(holder, each, person.name) for each in {*own_names, organisation} if each
        ),
        is_organisations=is_same_organisation(holder, organisation),
        by_law=delegation is not None and delegation.legal_authority_id is not None,
        is_same_day=bool(changed and clock.local(changed.changes.sent_at).date() == clock.today()),
        was_changed=bool(changed and changed.changes.before_id != changed.changes.id),
        person_is_here=row.read_back_answer == SaidBack.YES,
        needs_word=is_change and not holds_power,
        **(_find_word(row) if is_change or row.state == State.SUBMITTED else {}),
    )


def _find_word(row: Application) -> dict[str, Any]:
    """Whether the person has confirmed these very details to somebody else, and how often that one
    has lately taken such a word about what the same human began."""
    lately, theirs = aliased(PaymentConfirmation), aliased(Application)
    times = (
        select(func.count())
        .select_from(lately)
        .join(theirs, theirs.id == lately.application_id)
        .where(
            lately.confirmed_by_human == PaymentConfirmation.confirmed_by_human,
            lately.confirmed_at >= clock.now() - LATELY,
            lately.application_id != row.id,
            theirs.started_by_human == row.started_by_human,
        )
        .scalar_subquery()
    )
    found = (
        get_session()
        .execute(
            select(PaymentConfirmation.version, times).where(
                PaymentConfirmation.application_id == row.id
            )
        )
        .one_or_none()
    )
    if found is None or found[0] != row.version:
        return {}
    return {"is_confirmed": True, "confirmed_for_same": found[1]}


def _read(words: type[W], text: object) -> W | None:
    return next((word for word in words if word == text), None)


def _check_name(person: Person, account: Account | None) -> NameCheck:
    if account is None:
        return NameCheck.NOT_CHECKED
    return get_name_checker().check(
        name=person.name, holder=account.holder, account=account.canonical
    )


def list_declarers(account: Account | None, *, paid: UUID | None = None) -> set[UUID]:
    """The humans who have declared this very account as their own; ``paid``, a human, too, where
    they are helped here themself and paid into it, whatever they have declared (A01)."""
    if account is None:
        return set()
    return set(get_session().scalars(_select_declarers(account, paid)))


def _select_declarers(account: Account, paid: UUID | None) -> CompoundSelect[UUID]:
    fingerprint = encryption.fingerprint(canonical.BANK_ACCOUNT, account.canonical)
    declared = select(DeclaredInterest.human_id).where(
        DeclaredInterest.kind == "bank_account",
        DeclaredInterest.fingerprint == fingerprint,
        interest_counts(counting_interests_since()),
    )
    own = (
        select(Person.human_id)
        .join(PaymentDetails, PaymentDetails.person_id == Person.id)
        .where(PaymentDetails.fingerprint == fingerprint, Person.human_id == paid)
    )
    return declared.union(own)


def _find_near(account: Account | None, actor: Actor) -> tuple[set[UUID], set[str], str]:
    """Who declared the account (list_declarers), and what whoever acts, and their organisation, are
    called. One statement."""
    if account is None:
        return set(), set(), ""
    declared = _select_declarers(account, actor.human_id).subquery()
    nobody, no_name = literal(None, HelperAccount.human_id.type), literal(None, String)
    found = get_session().execute(
        union_all(
            select(declared.c.human_id, no_name, no_name),
            select(nobody, HelperAccount.name, no_name).where(
                HelperAccount.human_id == actor.human_id
            ),
            select(nobody, no_name, Organisation.name).where(
                Organisation.id == actor.organisation_id
            ),
        )
    )
    rows = found.all()
    return (
        {human for human, _name, _called in rows if human},
        {name for _human, name, _called in rows if name},
        next((called for _human, _name, called in rows if called), ""),
    )


def decide(actor: Actor, row: Application, payee: Payee, authority: Authority) -> None:
    """Let a change of the payment details go on, or end it. Raises Refused or Held."""
    controls.decide(
        Act(
            rules_payee.CHANGE,
            actor,
            person_id=row.person_id,
            organisation_id=row.organisation_id,
            service=row.service,
            power=POWER,
            facts={
                **payee.facts(),
                "application": row.id,
                "changes": row.changes_id,
                "mode": row.mode,
                "authority": authority.pair,
            },
        )
    )


def weigh_claim(
    actor: Actor, row: Application, answers: Mapping[str, Any], payee: Payee | None
) -> Held | None:
    """What a control would hold of a claim: where its money goes, and never the claim itself.

    Raises Refused.
    """
    act = Act(
        SUBMIT,
        actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        service=row.service,
        power=needed_power(row.purpose, Power.SUBMIT),
        facts={
            "application": row.id,
            "mode": row.mode,
            "answers": answers,
            "changes": row.changes_id,
            **(payee.facts() if payee else {}),
        },
    )
    found = controls.assess(act)
    controls.refuse(found)
    return controls.hold(found) if found and payee is not None else None


def keep(actor: Actor, row: Application, answers: Mapping[str, Any], payee: Payee) -> None:
    """Keep where the money goes from now on, in the transaction that sends it."""
    account, sealed, fingerprint, branch = payee.account, None, None, None
    if account is not None:
        written = {
            "holder": account.holder,
            "sort_code": account.sort_code,
            "number": account.number,
            "roll": account.roll,
        }
        text = json.dumps(written, ensure_ascii=False, sort_keys=True)
        sealed = encryption.seal(row.person_id, f"payment_details.account.{row.id}", text)
        fingerprint = encryption.fingerprint(canonical.BANK_ACCOUNT, account.canonical)
        branch = encryption.fingerprint("bank_branch", account.sort_code)
    get_session().execute(
        insert(PaymentDetails),
        [
            {
                "application_id": row.id,
                "claim_id": row.changes_id or row.id,
                "person_id": row.person_id,
                "organisation_id": row.organisation_id,
                "account": sealed,
                "fingerprint": fingerprint,
                "branch": branch,
                "without": _read(Without, answers.get("withoutAccount")),
                "whose": payee.whose,
                "name_check": payee.name_check,
                "told_at": clock.now(),
                "told_by_human": actor.human_id,
            }
        ],
    )


# -- while it waits


def withhold(actor: Actor, row: Application, payee: Payee | None, held: Held) -> None:
    """Have a second human look at the account of a claim that is being sent; until then nothing is
    kept of where its money goes, but for the keyed hash by which the same account is found in other
    claims that wait. The claim and its date stand (design, section 4, rule 10)."""
    call = Call(
        rules_payee.KEEP,
        get_command(rules_payee.KEEP).version,
        actor,
        {"application_id": row.id},
    )
    row.waits_as = put_before_second_human(call, row.person_id, row.organisation_id, held)
    _note_account(row, payee.account if payee else None)
    _tell_waits(actor, row)


def _note_account(row: Application, account: Account | None) -> None:
    """Keep the keyed hash of the account that waits, by which other people's like it are found."""
    key = account.canonical if account is not None else None
    row.waiting_account = encryption.fingerprint(canonical.BANK_ACCOUNT, key) if key else None
    get_session().flush()


def _tell_waits(actor: Actor, row: Application) -> None:
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.PAYMENT_DETAILS_WAIT,
        organisation_id=row.organisation_id,
        facts={
            "helper": name_helper(actor),
            "service": get_service(row.service).name(get_person(row.person_id).language),
            "their_reference": row.reference,
        },
    )


def tell_of_hold(event: ActHeld) -> None:
    """Tell the person at once that somebody asked to change where their money is paid."""
    call = event.held.call
    if call is None or call.name != SUBMIT:
        return
    row = get_session().get(
        Application, call.arguments["application_id"], with_for_update=True, populate_existing=True
    )
    if row is None or row.purpose != Purpose.PAYMENT:
        return
    if row.waits_as == event.held.pending_reference:
        return  # the same thing asked again, by a double click say: it waits, and is told, once
    row.waits_as = event.held.pending_reference or None
    _note_account(row, read_new_account(row))
    _tell_waits(call.actor, row)


def read_new_account(row: Application) -> Account | None:
    """The account that a form names as it is filled in now; None where the person has none."""
    answers = merge(load_pages(row.id, row.person_id))
    is_paid_in = answers.get("payInto", "account") == "account"  # a claim is not asked that way
    return read_account(answers) if is_paid_in else None
