"""The person's own word on payment details that wait, given to somebody who did not ask for them.

And what whoever decides on a change that waits is shown of it, and what has to come first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account as HelperAccount
from assistedaccess.approvals.describe import Row
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State as PendingState
from assistedaccess.approvals.sealing import open_arguments
from assistedaccess.approvals.service import (
    already_decided,
    lock_pending_act,
    release_at_the_persons_word,
)
from assistedaccess.approvals.store import fail
from assistedaccess.audit import Action, record
from assistedaccess.consent.rules import HowSaid, Power
from assistedaccess.consent.service_asking import kind_of
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.queries import list_delegations
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations.queries import list_role_holders
from assistedaccess.organisations.rules import MembershipKind
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import PointView, get_person
from assistedaccess.people.queries_own_points import list_independent_numbers
from assistedaccess.people.reach import check_alive, reach_person
from assistedaccess.services.queries import get_service

from . import words_payee
from .answers import load_pages, merge
from .models import Application, Submission
from .models_payee import PaymentConfirmation
from .name_check import NameCheck, get_name_checker, split_name
from .queries_changes import load_changes
from .queries_drafts import Draft
from .queries_payee import list_dependent
from .rules import SaidBack, State, WithdrawReason
from .rules_changes import Purpose
from .rules_payee import KEEP, count_changed, read_account
from .service import check_draft, check_version, lock_application, withdraw_application
from .service_payee import list_declarers, read_new_account
from .service_viewing import open_to_confirm

HOWS = (HowSaid.IN_FRONT, HowSaid.TELEPHONE)


class OwnConfirmation(Refused):
    """Whoever wants the change does not take the person's word for it."""

    reason_code = "own_confirmation"


def confirm_payment_details(
    *, actor: Actor, application_id: UUID, version: int, how: str, said_yes: bool
) -> bool:
    """Record what the person said (_record_word), and let go what waited for that alone.

    Returns whether the change took effect now: it is authorised and assessed anew, and what a
    control still holds waits on. Raises what _record_word raises.
    """
    _record_word(
        actor=actor, application_id=application_id, version=version, how=how, said_yes=said_yes
    )
    if not said_yes:
        return False
    with reading():
        waiting = _find_waiting(application_id, version)
    return waiting is not None and release_at_the_persons_word(actor=actor, pending_act_id=waiting)


def _find_waiting(application_id: UUID, version: int) -> UUID | None:
    """The sending of that very version, where it waits; of a claim that is sent, its account."""
    application = get_session().get_one(Application, application_id)
    row = _find_pending(application)
    if row is None or application.state == State.SUBMITTED:
        return row.id if row is not None else None
    asked = open_arguments(row)
    return row.id if asked and asked.get("version") == version else None


def _find_pending(application: Application) -> PendingAct | None:
    """What waits of it, or waited last."""
    found = select(PendingAct).where(PendingAct.reference == application.waits_as)
    return get_session().scalar(found)


def _lock_waiting(row: Application) -> PendingAct | None:
    """Of a claim that is sent, what waits of its account; None for a change that is not sent yet.

    Raises NotFound for whatever else asks nobody, ApplicationClosed for what was withdrawn.
    """
    if row.purpose == Purpose.PAYMENT:
        check_draft(row)
        return None
    pending = _find_pending(row)
    if pending is None or row.state != State.SUBMITTED or row.purpose != Purpose.CLAIM:
        raise NotFound
    pending = lock_pending_act(pending.id)
    if pending.state != PendingState.WAITING:
        raise already_decided()
    return pending


@command("applications.confirm_payment_details")
def _record_word(
    *, actor: Actor, application_id: UUID, version: int, how: str, said_yes: bool
) -> UUID:
    """Record what the person said to this actor, without the helper there, of these very details.

    ``how``: in_front, or telephone, on a number that the helper did not enter and that is not new.
    It holds for ``version`` and no later one. A *no* ends the change at once: it is withdrawn; of a
    claim that is sent, its account does not count, and the claim goes on.
    Raises OwnConfirmation for any account of who filled it in or sent it, for whoever else is no
    second human (queries_payee.list_dependent), and for family helpers;
    RecordClosed once they have died; AlreadyDecided where nothing waits any more; StaleVersion,
    ApplicationClosed, NotFound, InvalidInput.
    """
    require(actor, Permission.APPLICATION_FILL_IN)
    require_may_act(actor)
    row = lock_application(actor, application_id)
    pending = _lock_waiting(row)
    check_alive(reach_person(actor, row.person_id))
    check_version(row, version)
    askers = list_askers(row.started_by_human, row.changed_by)
    if pending is not None and pending.human_id is not None:
        askers.add(pending.human_id)
    is_family = kind_of(actor) is MembershipKind.FAMILY
    if actor.human_id is None or is_family or list_dependent(row, askers, {actor.human_id}):
        raise OwnConfirmation(
            _("You have a part in this, or help as family, so somebody else asks the person."),
            next_step=_("Have a member of staff speak with the person, without you."),
        )
    if how not in HOWS:
        raise InvalidInput("how", _("Select how you spoke with the person"))
    if how == HowSaid.TELEPHONE and not list_independent_numbers(row.person_id, askers):
        raise InvalidInput(
            "how", _("There is no number that the helper did not enter. Speak with them in person")
        )
    session = get_session()
    session.execute(delete(PaymentConfirmation).where(PaymentConfirmation.application_id == row.id))
    if said_yes:
        session.execute(
            insert(PaymentConfirmation),
            [
                {
                    "application_id": row.id,
                    "version": row.version,
                    "how": how,
                    "confirmed_at": clock.now(),
                    "confirmed_by": actor.account_id,
                    "confirmed_by_human": actor.human_id,
                }
            ],
        )
    record(
        Action.PAYMENT_DETAILS_CONFIRMED,
        actor=actor,
        person_id=row.person_id,
        subject=("application", row.id),
        service=row.service,
        reason=how if said_yes else "said_no",
    )
    if not said_yes and pending is not None:
        words = _("The person has said to somebody else that they do not want it.")
        fail(pending, actor, words, words)
    elif not said_yes:
        withdraw_application(
            actor=actor, application_id=row.id, reason=str(WithdrawReason.NOT_WANTED)
        )
    return row.id


def list_askers(started_by_human: UUID, changed_by: UUID) -> set[UUID]:
    """The humans who have filled it in: who began it, and who changed it last."""
    changer = get_session().get_one(HelperAccount, changed_by).human_id
    return {started_by_human, changer}


@command("applications.open_confirmation")
def open_confirmation(*, actor: Actor, reference: str) -> tuple[Draft, list[PointView]]:
    """New payment details, and the numbers to ring about them; the look recorded first."""
    draft = open_to_confirm(actor=actor, reference=reference)
    return draft, list_independent_numbers(
        draft.person_id, {draft.started_by_human, draft.changed_by_human}
    )


# -- for whoever decides


def _find(arguments: Mapping[str, Any]) -> Application | None:
    return get_session().get(Application, arguments["application_id"])


def describe_change(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What whoever decides reads: which money, from where to where, and how sure the name is."""
    row = _find(arguments)
    if row is None:
        return ()
    answers = merge(load_pages(row.id, row.person_id))
    changes = load_changes(row)
    account = read_new_account(row)
    before = read_account(changes.answers) if changes else None
    check = (
        get_name_checker().check(
            name=get_person(row.person_id).name, holder=account.holder, account=account.canonical
        )
        if account
        else None
    )
    said = row.read_back_answer == SaidBack.YES
    return (
        (_("Application"), row.reference),
        (_("Service"), get_service(row.service).name(words_payee.shown_language())),
        (_("Before"), before.masked if before else _("No account")),
        (_("Now"), account.masked if account else _("No account")),
        (_("Places that differ"), str(count_changed(before, account)) if before else "–"),
        (_("Name on the account"), words_payee.name_holder(account, check)),
        (_("Whose account"), words_payee.WHOSE.get(answers.get("accountOf", ""), "–")),
        (_("What shows that they may be paid"), answers.get("payeeAuthority") or "–"),
        (_("Heard by the person"), _("Yes") if said else _("No, the helper acted alone")),
        (
            _("Numbers that the helper did not enter"),
            ", ".join(
                point.shown
                for point in list_independent_numbers(
                    row.person_id, list_askers(row.started_by_human, row.changed_by)
                )
            )
            or _("None"),
        ),
    )


def find_missing(arguments: Mapping[str, Any]) -> str:
    """What has to come before a release: the person's word to somebody else, of a change where the
    helper has not the reserved power, of a claim where the account is in no name of the person's
    and nobody acts by law (scenario A03). Empty where nothing has.

    Where nobody else helps at that organisation, whoever decides rings the person themself
    (describe_change names the numbers): a site with one pair of hands shuts nobody out.
    """
    row = _find(arguments)
    if row is None:
        return ""
    if row.state == State.SUBMITTED and row.purpose == Purpose.CLAIM:
        needs_word, version = _is_in_another_name(row) and not _is_by_law(row), row.version
    elif row.state == State.DRAFT and row.purpose == Purpose.PAYMENT:
        needs_word, version = _lacks_power(row), arguments["version"]
    else:
        return ""
    if not needs_word:
        return ""
    confirmed = get_session().scalar(
        select(PaymentConfirmation.version).where(PaymentConfirmation.application_id == row.id)
    )
    if confirmed == version or not _list_colleagues(row):
        return ""
    return _(
        "The person has not confirmed this yet to anybody but the helper. Have another member of "
        "staff ask them, in person or by ringing a number that the helper did not enter, and "
        "record it on the page of the application."
    )


def _is_in_another_name(row: Application) -> bool:
    """Whether nobody of the person's name stands on the account. Who bears their first name may be
    them under a name of before, or misspelt: that whoever decides can see."""
    account = read_new_account(row)
    if account is None:
        return False
    name = get_person(row.person_id).name
    check = get_name_checker().check(name=name, holder=account.holder, account=account.canonical)
    first = split_name(name)[:1]
    return check is NameCheck.NO_MATCH and not set(first) & set(split_name(account.holder))


def _is_by_law(row: Application) -> bool:
    """Whether a claim was sent under an authority of the law."""
    query = (
        select(Delegation.legal_authority_id)
        .join(Submission, Submission.authority_id == Delegation.id)
        .where(Submission.application_id == row.id, Submission.authority_kind == "delegation")
    )
    return get_session().scalar(query) is not None


def _lacks_power(row: Application) -> bool:
    """Whether a change rests on the reporting of changes alone; without that a release would find
    nothing either."""
    powers = {
        power
        for held in list_delegations(row.person_id, live_only=True)
        if held.state == "live"
        and held.organisation_id == row.organisation_id
        and row.service in held.services
        for power in held.powers
    }
    return Power.CHANGE_PAYMENT_DETAILS not in powers and Power.REPORT_CHANGE in powers


def _list_colleagues(row: Application) -> set[UUID]:
    """The humans who help at the same organisation and can ask the person."""
    holders = list_role_holders({"helper"}, organisation_id=row.organisation_id)
    askers = list_askers(row.started_by_human, row.changed_by)
    humans = {holder.human_id for holder in holders}
    return humans - list_dependent(row, askers, humans)


def exclude_concerned(
    _command: str, arguments: Mapping[str, Any], _person_id: UUID | None
) -> set[UUID]:
    """Who must not decide: whoever declared the account as their own."""
    if _command not in ("applications.submit_application", KEEP):
        return set()
    row = _find(arguments)
    if row is None:
        return set()
    account = read_account(merge(load_pages(row.id, row.person_id)))
    return list_declarers(account)
