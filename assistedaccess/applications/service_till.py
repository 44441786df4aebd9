"""Commands of the till: open it, count it, have a second human count it again.

Whoever counts sees neither what should be there nor what the other found, before they have said
what they found themselves.
"""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.consent.queries import place_of
from assistedaccess.consent.terms import kind_of
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text
from assistedaccess.organisations.rules import MembershipKind

from . import queries_till, rules_till
from .models_payments import Till
from .rules_till import Contents, Count, NoTillOpen, TillClosed, TillIsOpen, TillState


class NotAtADesk(Refused):
    """A family helper has no desk: the organisation's money is none of theirs to take or give."""

    reason_code = "not_at_a_desk"


def check_at_desk(actor: Actor) -> None:
    """Raise NotAtADesk where a helper of the family would take, waive, give or count money for
    an organisation. By the payment page they may pay: no money passes through their hands."""
    if kind_of(actor) is MembershipKind.FAMILY:
        raise NotAtADesk(
            _("Money is taken and given at a desk alone."),
            next_step=_("Go there together, or pay by card on the payment page."),
        )


def _check_pence(field: str, pence: int) -> None:
    if not 0 <= pence <= rules_till.MOST_PENCE:
        raise InvalidInput(field, _("Enter an amount of money, like 75 or 123.45"))


@command("applications.open_till")
def open_till(*, actor: Actor, float_pence: int) -> UUID:
    """Open the till of the place where the actor sits, with the change that lies in it.

    Opened already with that change: the same till (a double click). Raises TillIsOpen.
    """
    require(actor, Permission.PAYMENT_TAKE)
    check_at_desk(actor)
    _check_pence("float", float_pence)
    place_id = place_of(actor)
    if place_id is None or actor.organisation_id is None or actor.account_id is None:
        raise NotFound
    concerns(organisation_id=actor.organisation_id)
    standing = _lock_open(place_id)
    if standing is not None:
        if (standing.opened_by, standing.float_pence) == (actor.account_id, float_pence):
            record(Action.REQUEST_REPEATED, actor=actor, subject=("till", standing.id))
            return standing.id
        raise TillIsOpen(
            _("The till of this desk is open already."),
            next_step=_("Take money into it. It is counted at the end of the day."),
        )
    row = Till(
        id=new_id(),
        reference=new_reference("Z"),
        organisation_id=actor.organisation_id,
        site_id=actor.site_id,
        place_id=place_id,
        day=clock.today(),
        state=str(TillState.OPEN),
        float_pence=float_pence,
        opened_at=clock.now(),
        opened_by=actor.account_id,
    )
    get_session().add(row)
    get_session().flush()
    record(
        Action.TILL_OPENED,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=("till", row.id),
        details={"float_pence": float_pence},
    )
    return row.id


def _lock_open(place_id: UUID) -> Till | None:
    return (
        get_session()
        .scalars(
            select(Till)
            .where(Till.place_id == place_id, Till.state == TillState.OPEN)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )


def lock_open_till(actor: Actor) -> Till:
    """The open till of the place where the actor sits, locked. Raises NoTillOpen."""
    place_id = place_of(actor)
    row = _lock_open(place_id) if place_id is not None else None
    if row is None:
        raise NoTillOpen(
            _("The till of this desk is not open."),
            next_step=_("Open the till with the change that is in it, then take the money."),
        )
    return row


def _lock_till(actor: Actor, till_id: UUID) -> Till:
    row = get_session().get(Till, till_id, with_for_update=True, populate_existing=True)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    concerns(organisation_id=row.organisation_id, subject=("till", row.id))
    return row


@command("applications.count_till")
def count_till(*, actor: Actor, till_id: UUID, cash_pence: int, cheques_pence: int) -> UUID:
    """Close a till with what is found in it. Nothing goes in or out from now on.

    Counted again by the same human with the same result: nothing happens. Raises TillClosed.
    """
    require(actor, Permission.TILL_COUNT)
    check_at_desk(actor)
    _check_pence("cash", cash_pence)
    _check_pence("cheques", cheques_pence)
    row = _lock_till(actor, till_id)
    found = Count(cash_pence, cheques_pence)
    if row.state != TillState.OPEN:
        if actor.is_same_human(row.counted_by_human) and found == count_of(row):
            record(Action.REQUEST_REPEATED, actor=actor, subject=("till", row.id))
            return row.id
        raise TillClosed(
            _("This till was counted already."),
            next_step=_("Open it to see whether somebody else still has to count it."),
        )
    expected = queries_till.load_contents(row)
    row.expected_cash_pence, row.expected_cheques_pence = (
        expected.cash_pence,
        expected.cheques_pence,
    )
    row.counted_cash_pence, row.counted_cheques_pence = cash_pence, cheques_pence
    row.counted_at = clock.now()
    row.counted_by = actor.account_id
    row.counted_by_human = actor.human_id
    row.state = str(TillState.COUNTED)
    get_session().flush()
    record(
        Action.TILL_COUNTED,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=("till", row.id),
        details=_details(expected, found),
    )
    return row.id


def _details(expected: Contents | Count, found: Count) -> dict[str, int]:
    return {
        "expected_cash_pence": expected.cash_pence,
        "expected_cheques_pence": expected.cheques_pence,
        "cash_pence": found.cash_pence,
        "cheques_pence": found.cheques_pence,
    }


def count_of(row: Till) -> Count:
    """What was found at the first count."""
    return Count(row.counted_cash_pence or 0, row.counted_cheques_pence or 0)


def expected_of(row: Till) -> Count:
    """What should have been there at the first count."""
    return Count(row.expected_cash_pence or 0, row.expected_cheques_pence or 0)


@command("applications.check_till")
def check_till(
    *,
    actor: Actor,
    till_id: UUID,
    cash_pence: int,
    cheques_pence: int,
    reason: str | None = None,
) -> UUID:
    """Count a till a second time, by another human; with that it is over.

    ``reason`` says why it is not what it should be, or not what the first one counted: needed where
    it is so, and asked for only then. Raises SameCounter, TillClosed, InvalidInput.
    """
    require(actor, Permission.TILL_COUNT)
    check_at_desk(actor)
    _check_pence("cash", cash_pence)
    _check_pence("cheques", cheques_pence)
    row = _lock_till(actor, till_id)
    found = Count(cash_pence, cheques_pence)
    if row.state == TillState.OPEN:
        raise InvalidInput("cash", _("Somebody else counts it first"))
    if row.state == TillState.CHECKED:
        is_repeat = actor.is_same_human(row.checked_by_human)
        if is_repeat and (cash_pence, cheques_pence) == (
            row.checked_cash_pence,
            row.checked_cheques_pence,
        ):
            record(Action.REQUEST_REPEATED, actor=actor, subject=("till", row.id))
            return row.id
        raise TillClosed(_("Two people have counted this till. It is over."))
    rules_till.check_second_human(row.counted_by_human, actor.human_id)
    expected = expected_of(row)
    differs = found != expected or found != count_of(row)
    if differs:
        words = read_text(
            "reason",
            reason,
            rules_till.LONGEST_REASON,
            _("It is not what it should be, or not what was counted first. Enter why"),
        )
        assert actor.account_id is not None  # noqa: S101  (the role is an account's)
        row.reason = encryption.seal(actor.account_id, queries_till.reason_field(row.id), words)
    row.checked_cash_pence, row.checked_cheques_pence = cash_pence, cheques_pence
    row.checked_at = clock.now()
    row.checked_by = actor.account_id
    row.checked_by_human = actor.human_id
    row.state = str(TillState.CHECKED)
    get_session().flush()
    record(
        Action.TILL_CHECKED,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=("till", row.id),
        reason="differs" if differs else "agrees",
        details=_details(expected, found),
    )
    return row.id
