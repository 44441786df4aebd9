"""Commands of whoever decides, and of whoever asked. Only the drawn reviewer decides, once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from babel.dates import format_datetime
from flask_babel import get_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.accounts.hats import Hat, wear
from assistedaccess.audit import Action
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.commands import command, concerns, get_command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import (
    DomainError,
    Held,
    InvalidInput,
    NotFound,
    Refused,
)
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.text import UnfitText, clean_text
from assistedaccess.kernel.transactions import answering, find_transaction, run_transaction
from assistedaccess.organisations.queries import list_hats

from . import describe, draw, reserved, rules, stops
from .events import PendingActDecided
from .models import PendingAct
from .rules import EndOfDraw, State
from .sealing import HAND_BACK_REASON, open_arguments, seal_words
from .store import AT_THE_PERSONS_WORD, RELEASE, fail, record_decision, settle

LONGEST_REASON = 1000


@dataclass(frozen=True)
class Decision:
    """How a release ended: released with its ``result``; or failed, with the words that say why.

    ``next_reference``: the new pending act, where the release met a reason nobody had reviewed.
    """

    state: State
    result: object = None
    words: str = ""
    next_step: str = ""
    next_reference: str = ""


def read_reason(text: str, missing: str, longest: int = LONGEST_REASON) -> str:
    """Why somebody asks or decides, cleaned. Raises InvalidInput at ``reason``."""
    try:
        reason = clean_text(text, multiline=True)
    except UnfitText:
        raise InvalidInput("reason", _("Remove the characters that cannot be printed")) from None
    if not reason:
        raise InvalidInput("reason", missing)
    if len(reason) > longest:
        raise InvalidInput(
            "reason", _("The reason must be %(count)s characters or less", count=longest)
        )
    return reason


def lock_pending_act(pending_act_id: UUID) -> PendingAct:
    """The pending act, locked. Raises NotFound."""
    row = get_session().get(
        PendingAct, pending_act_id, with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NotFound
    concerns(
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("pending_act", row.id),
    )
    return row


def lock_for_decision(actor: Actor, pending_act_id: UUID) -> PendingAct:
    """The pending act, locked for the one who was drawn to decide on it."""
    require(actor, Permission.APPROVAL_DECIDE)
    row = lock_pending_act(pending_act_id)
    check_reviewer(actor, row)
    if row.state != State.WAITING:
        raise already_decided()
    if reserved.find_role(row.command, row.person_id, row.organisation_id) not in (
        None,
        row.deciding_role,
    ):
        raise NotFound  # it is another's, who has still to be drawn
    if _find_hat(actor.account_id, actor.membership_id, actor.role, actor.site_id) is None:
        raise rules.ReviewerMayNoLongerDecide(
            _("Your role has ended, so you cannot decide this."),
            next_step=_("The system gives it to another reviewer."),
        )
    return row


def _find_hat(
    account_id: UUID | None, membership_id: UUID | None, role: str | None, site_id: UUID | None
) -> Hat | None:
    """The live hat of that role, at that site where it is still theirs."""
    hats = [
        hat
        for hat in (list_hats(account_id) if account_id is not None else [])
        if hat.membership_id == membership_id and hat.role == role
    ]
    return next((hat for hat in hats if hat.site_id == site_id), hats[0] if hats else None)


def already_decided() -> rules.AlreadyDecided:
    """What whoever comes second is told."""
    return rules.AlreadyDecided(
        _("This has been decided already."),
        next_step=_("Open it again to see how it was decided."),
    )


def check_reviewer(actor: Actor, row: PendingAct) -> None:
    """Let only the drawn reviewer on, in the role for which they were drawn.

    Raises SameHuman for whoever asked, by any account; NotFound for anybody else who was not
    drawn; ConflictOfInterest where it has turned out that it concerns the reviewer.
    """
    if actor.is_same_human(row.human_id):
        raise rules.SameHuman(
            _("You asked for this yourself, so somebody else decides."),
            next_step=_("You can wait, or withdraw it."),
        )
    if actor.account_id is None or actor.account_id != row.drawn_account_id:
        raise NotFound
    if row.state != State.WAITING:
        return
    if (actor.organisation_id, actor.role) != (row.drawn_organisation_id, row.drawn_role):
        raise rules.OtherRole(
            _("You were drawn to decide this in another of your roles."),
            next_step=_("Change your role, then open it again."),
        )
    if actor.human_id in draw.list_excluded_humans(row, open_arguments(row)):
        raise rules.ConflictOfInterest(
            _("This concerns you, so somebody else decides."),
            next_step=_("Hand it back: the system then draws another reviewer."),
        )


def release_pending_act(*, actor: Actor, pending_act_id: UUID, reason: str) -> Decision:
    """Release a pending act: run its command now, as who asked, authorised and assessed anew.

    The release answers only the reasons that were reviewed. Where the command is refused now, or
    cannot be run any more, nothing of it happens, and the act is failed with the reason. Where it
    is held for a new reason, a new pending act is made. Raises a refusal of rules, or NotFound,
    when this actor may not decide.
    """
    if find_transaction() is not None:
        raise RuntimeError("a release is a unit of work of its own")
    try:
        return _release(actor=actor, pending_act_id=pending_act_id, reason=reason)
    except Held as held:
        # Storing the new pending act has ended this one (store.store_held).
        words = _("It was held again for a new reason: %(words)s", words=held.words)
        return Decision(State.FAILED, words=words, next_reference=held.pending_reference)
    except Refused as refusal:
        if not _is_about_the_act(refusal):
            raise
        _fail(actor, pending_act_id, reason, refusal.words)
        return Decision(State.FAILED, words=refusal.words, next_step=refusal.next_step)


def _is_about_the_act(refusal: Refused) -> bool:
    by_the_command = refusal.call is not None and refusal.call.name != RELEASE
    return by_the_command or isinstance(refusal, rules.ActNoLongerPossible)


@command(RELEASE)
def _release(*, actor: Actor, pending_act_id: UUID, reason: str) -> Decision:
    row = lock_for_decision(actor, pending_act_id)
    why = read_reason(reason, _("Enter the reason for your decision"))
    missing = find_missing(row)
    if missing:
        raise rules.SomethingFirst(missing, next_step=_("Until then it waits as it did."))
    settle(row, State.RELEASED, actor, why)
    record_decision(Action.PENDING_ACT_RELEASED, actor, row, {"reason": why})
    get_session().flush()
    result = _run(row, actor, answered=frozenset([*row.reasons, *row.answered]))
    publish(PendingActDecided(row.id, row.command, True, result))
    return Decision(State.RELEASED, result)


def release_at_the_persons_word(*, actor: Actor, pending_act_id: UUID) -> bool:
    """Run a pending act now, as who asked, since the person has confirmed it to ``actor``, who has
    recorded that by a route which whoever asked did not make; returns whether it took effect.

    No reason counts as reviewed: it is authorised and assessed anew, and where a control still
    holds or refuses it, it waits on for its reviewer. Raises NotFound.
    """
    if find_transaction() is not None:
        raise RuntimeError("a release is a unit of work of its own")
    try:
        return _release_at_word(actor=actor, pending_act_id=pending_act_id)
    except (Held, Refused):
        return False


@command(AT_THE_PERSONS_WORD)
def _release_at_word(*, actor: Actor, pending_act_id: UUID) -> bool:
    row = lock_pending_act(pending_act_id)
    if row.state != State.WAITING or actor.is_same_human(row.human_id):
        raise NotFound
    if missing := find_missing(row):
        raise rules.SomethingFirst(missing)
    settle(row, State.RELEASED, actor, None)
    record_decision(Action.PENDING_ACT_RELEASED, actor, row, {"reason": "persons_word"})
    get_session().flush()
    result = _run(row, actor, answered=frozenset(row.answered))
    publish(PendingActDecided(row.id, row.command, True, result))
    return True


def find_missing(row: PendingAct) -> str:
    """What to tell whoever would release it too early: before its day of notice is over, or before
    what its command names is there, or against the person's no; else empty."""
    if stopped := stops.find_stop(row):
        return stopped
    arguments = open_arguments(row)
    moment = rules.find_notice(row.command, arguments, row.asked_at)
    if moment is None or clock.now() >= moment:
        return describe.find_missing(row.command, arguments)
    return _(
        "It has to be known for a day before it counts. It can be released from %(moment)s on.",
        moment=format_datetime(
            clock.local(moment), "d MMMM y, HH:mm", locale=get_locale() or "en_GB"
        ),
    )


def _run(row: PendingAct, reviewer: Actor, *, answered: frozenset[str]) -> object:
    try:
        held = get_command(row.command)
    except KeyError:
        held = None
    arguments = open_arguments(row)
    if held is None or held.version != row.command_version or arguments is None:
        raise rules.ActNoLongerPossible(
            _("This was asked in a way that this service does not know any more."),
            next_step=_("It can be asked again."),
        )
    asker = _rebuild_asker(row, reviewer)
    try:
        with answering(answered):
            return held.run(actor=asker, **arguments)
    except (Refused, Held):
        raise
    except DomainError as error:  # what it is about has gone, or does not fit any more
        raise rules.ActNoLongerPossible(
            error.words or _("What this is about is no longer there."),
            next_step=_("It can be asked again."),
        ) from error


def _rebuild_asker(row: PendingAct, reviewer: Actor) -> Actor:
    """Who asked, as they are now: in the same role at the same organisation, or not at all."""
    kind = ActorKind(row.actor_kind)
    if kind is not ActorKind.ACCOUNT:
        return Actor(kind, person_id=row.actor_person_id, request_id=reviewer.request_id)
    hat = _find_hat(row.account_id, row.membership_id, row.role, row.site_id)
    if hat is None:
        raise rules.AskerMayNoLongerAct(
            _("Whoever asked for this no longer has the role in which they asked."),
            next_step=_("Somebody else of their organisation can ask for it."),
        )
    return wear(hat, row.account_id, row.human_id, request_id=reviewer.request_id)


def _fail(actor: Actor, pending_act_id: UUID, reason: str, words: str) -> None:
    def end() -> None:
        row = lock_pending_act(pending_act_id)
        if row.state == State.WAITING:
            fail(row, actor, read_reason(reason, _("Enter the reason for your decision")), words)

    run_transaction(end)


@command("approvals.refuse_pending_act")
def refuse_pending_act(*, actor: Actor, pending_act_id: UUID, reason: str) -> UUID:
    """Refuse a pending act, for a reason that whoever asked can read."""
    row = lock_for_decision(actor, pending_act_id)
    why = read_reason(reason, _("Enter the reason for your decision"))
    settle(row, State.REFUSED, actor, why)
    record_decision(Action.PENDING_ACT_REFUSED, actor, row, {"reason": why})
    publish(PendingActDecided(row.id, row.command, False))
    return row.id


@command("approvals.hand_back_pending_act")
def hand_back_pending_act(*, actor: Actor, pending_act_id: UUID, reason: str) -> UUID:
    """Hand back a pending act because of a conflict of interest; another reviewer is drawn."""
    require(actor, Permission.APPROVAL_DECIDE)
    row = lock_pending_act(pending_act_id)
    try:
        check_reviewer(actor, row)
    except rules.ConflictOfInterest:
        pass  # which is why it is handed back
    if row.state != State.WAITING:
        raise already_decided()
    why = read_reason(reason, _("Enter the reason for your decision"))
    draw.end_draw(row, EndOfDraw.HANDED_BACK, seal_words(row, HAND_BACK_REASON, why))
    draw.undraw(row)
    draw.draw_reviewer(row, open_arguments(row))
    record_decision(Action.PENDING_ACT_REDRAWN, actor, row, {"reason": why})
    return row.id


@command("approvals.withdraw_pending_act")
def withdraw_pending_act(*, actor: Actor, pending_act_id: UUID) -> UUID:
    """Take back what one asked for oneself, while it waits."""
    require(actor, Permission.APPROVAL_OWN)
    row = lock_pending_act(pending_act_id)
    if not actor.is_same_human(row.human_id):
        raise NotFound
    if row.state != State.WAITING:
        raise already_decided()
    settle(row, State.WITHDRAWN, actor, None)
    record_decision(Action.PENDING_ACT_WITHDRAWN, actor, row, {})
    publish(PendingActDecided(row.id, row.command, False))
    return row.id
