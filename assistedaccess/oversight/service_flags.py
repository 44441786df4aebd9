"""The auditors' queue: what is put into it by itself, what is told, and what is decided."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.access import Permission, require
from assistedaccess.accounts.attempts import take_turn
from assistedaccess.accounts.rules import Limit
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import LookUnexplained
from assistedaccess.audit.once import Once
from assistedaccess.delegation.events import StopRanOut
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import PUBLIC, SYSTEM, Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, TooManyAttempts
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.text import UnfitText, clean_text
from assistedaccess.organisations.models import Organisation
from assistedaccess.safeguards.events import OwnMakingLooked, Suspected
from assistedaccess.safeguards.scan_rules import ABOUT_PERSON, REST

from . import queries_flags, rules_flags
from .models import Flag, FlagDecision, Tip
from .queries_flags import FlagPage, FlagView
from .rules_flags import AlreadyDecided, Decision, FlagKind

LONGEST_TIP = 4000
LONGEST_TELLER = 300
LONGEST_WORDS = 2000
TIPS = Limit(tries=20, window=timedelta(hours=1))
"""From one address: a library's PCs share one, and a frightened person must not be turned away."""


def read_words(field: str, text: str | None, most: int, missing: str) -> str:
    """Typed text, cleaned. Raises InvalidInput where it is missing or unfit."""
    try:
        words = clean_text(text or "", multiline=True).strip()
    except UnfitText as error:
        raise InvalidInput(field, _("Take out the characters that cannot be read")) from error
    if not words:
        raise InvalidInput(field, missing)
    if len(words) > most:
        raise InvalidInput(field, _("This text is too long: %(most)s characters fit", most=most))
    return words


def keep_unexplained(event: LookUnexplained) -> None:
    """Put a look that nothing explains into the queue, inside the transaction of the look."""
    kind = FlagKind.BREAK_GLASS if event.broke_glass else FlagKind.UNEXPLAINED_LOOK
    raise_flag(kind, event.actor, event.look.event_id, event.person_id)


def raise_flag(kind: FlagKind, actor: Actor, event_id: UUID, person_id: UUID | None) -> None:
    """A flag about what ``actor`` did; one that waits already takes the new one in."""
    _insert_flag(
        kind,
        event_id=event_id,
        person_id=person_id,
        organisation_id=actor.organisation_id,
        account_id=actor.account_id,
        human_id=actor.human_id,
    )


def keep_stop_that_ran_out(event: StopRanOut) -> None:
    """Have somebody look where a stop that nobody confirmed ran out, inside its transaction."""
    _keep(FlagKind.STOP_RAN_OUT, event)


def keep_own_making(event: OwnMakingLooked) -> None:
    """Put a look that only the looker's own making explains among those that nothing explains."""
    _keep(FlagKind.UNEXPLAINED_LOOK, event)


def _keep(kind: FlagKind, event: StopRanOut | OwnMakingLooked) -> None:
    _insert_flag(
        kind,
        event_id=event.event_id,
        person_id=event.person_id,
        organisation_id=event.organisation_id,
        account_id=event.account_id,
        human_id=event.human_id,
    )


def _insert_flag(kind: FlagKind, **about: UUID | None) -> None:
    session, now = get_session(), clock.now()
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(Flag)
        .values(
            id=new_id(),
            kind=str(kind),
            raised_at=now,
            due_at=rules_flags.due_at(kind, now),
            **about,
        )
        .on_conflict_do_nothing()
    )


def keep_suspected(event: Suspected) -> None:
    """Put what the scan found into the queue, inside its transaction; once in six weeks.

    What waits already, or was decided lately, about the same account (or person: ABOUT_PERSON),
    takes it in.
    """
    session, now, kind = get_session(), clock.now(), FlagKind(event.kind)
    about = Flag.person_id if event.kind in ABOUT_PERSON else Flag.account_id
    same = about.is_(None) if event.is_about is None else about == event.is_about
    waits_or_is_young = or_(Flag.decided_at.is_(None), Flag.raised_at > now - REST)
    taken_in = select(Flag.id).where(Flag.kind == str(kind), same, waits_or_is_young)
    if session.scalar(taken_in.limit(1)) is not None:
        return
    flag = Flag(
        id=new_id(),
        kind=str(kind),
        organisation_id=event.organisation_id,
        event_id=event.event_id,
        person_id=event.person_id,
        account_id=event.account_id,
        human_id=event.human_id,
        raised_at=now,
        due_at=rules_flags.due_at(kind, now),
    )
    session.add(flag)
    session.flush()
    record(
        Action.FLAG_RAISED,
        actor=SYSTEM,
        organisation_id=event.organisation_id,
        subject=("flag", flag.id),
        reason=str(kind),
    )


def sample_own_look(actor: Actor, event_id: UUID, person_id: UUID | None) -> None:
    """Put one in ONE_IN of the looks of auditors before an auditor of another organisation."""
    if rules_flags.is_drawn(encryption.fingerprint("auditor_look", str(event_id))):
        raise_flag(FlagKind.AUDITOR_LOOK, actor, event_id, person_id)


@command("oversight.tell_something_is_wrong")
def tell_something_is_wrong(
    *,
    actor: Actor,
    words: str,
    network: str,
    organisation_reference: str | None = None,
    teller: str | None = None,
    request_key: str | None = None,
) -> str:
    """Keep what somebody tells, without their name unless they give it; returns its reference.

    ``network`` is attempts.network_of the browser, counted so that nobody fills the queue; it is
    not kept. The journal says that a tip came in, from the public: not who sent it.
    """
    told = read_words("words", words, LONGEST_TIP, _("Enter what is wrong"))
    reached = None
    if (teller or "").strip():
        reached = read_words("teller", teller, LONGEST_TELLER, "")
    once = Once(actor, "oversight.tell", request_key, told, reached, organisation_reference)
    if (repeated := once.find("tip")) is not None:
        return get_session().get_one(Tip, repeated).reference
    wait = take_turn("tip", network, TIPS)
    if wait:
        raise TooManyAttempts(
            _("Many messages have come from here in the last hour."),
            retry_after=wait,
            next_step=_("Wait a while and send it again, or tell somebody at a desk you trust."),
        )
    organisation_id = None
    if organisation_reference:
        organisation_id = queries_flags.find_organisation(organisation_reference)
        if organisation_id is None:
            raise InvalidInput("organisation", _("Select the place, or leave it open"))
    session, now, tip_id = get_session(), clock.now(), new_id()
    tip = Tip(
        id=tip_id,
        reference=new_reference("T"),
        organisation_id=organisation_id,
        words=encryption.seal(tip_id, "tip.words", told),
        teller=encryption.seal(tip_id, "tip.teller", reached) if reached else None,
        told_at=now,
    )
    session.add(tip)
    session.flush()
    session.add(
        Flag(
            id=new_id(),
            kind=str(FlagKind.TIP),
            organisation_id=organisation_id,
            tip_id=tip_id,
            raised_at=now,
            due_at=rules_flags.due_at(FlagKind.TIP, now),
        )
    )
    record(
        Action.TIP_RECEIVED, actor=PUBLIC, organisation_id=organisation_id, subject=("tip", tip_id)
    )
    once.keep(tip_id)
    return tip.reference


@command("oversight.list_flags")
def list_flags(*, actor: Actor, kind: str | None, after: UUID | None = None) -> FlagPage:
    """A page of what waits in this auditor's remit, what is oldest first."""
    require(actor, Permission.JOURNAL_VIEW)
    record(Action.FLAGS_LISTED, actor=actor, reason=kind)
    return queries_flags.list_waiting(actor, kind=kind, after=after)


@command("oversight.open_flag")
def open_flag(*, actor: Actor, flag_id: UUID) -> FlagView:
    """One flag with all that helps to decide about it. Raises NotFound outside the remit."""
    require(actor, Permission.JOURNAL_VIEW)
    view = queries_flags.find_flag(actor, flag_id)
    if view is None:
        raise NotFound
    record(
        Action.FLAG_OPENED,
        actor=actor,
        person_id=view.row.person_id,
        subject=("flag", flag_id),
    )
    return view


@command("oversight.decide_flag")
def decide_flag(
    *,
    actor: Actor,
    flag_id: UUID,
    decision: str,
    words: str,
    finding_id: UUID | None = None,
    request_key: str | None = None,
) -> UUID:
    """Decide about a flag, once. Raises NotFound outside the remit, AlreadyDecided."""
    require(actor, Permission.FINDING_WRITE)
    row = queries_flags.lock_flag(actor, flag_id)
    if row is None:
        raise NotFound
    concerns(person_id=row.person_id, subject=("flag", row.id))
    once = Once(actor, "oversight.decide_flag", request_key, row.id, decision, words)
    if (repeated := once.find("flag", row.person_id)) is not None:
        return repeated
    if row.decided_at is not None:
        raise AlreadyDecided(_("Somebody has decided about this already."))
    try:
        decided = Decision(decision)
    except ValueError as error:
        raise InvalidInput("decision", _("Select what you make of it")) from error
    why = read_words("words", words, LONGEST_WORDS, _("Enter why"))
    assert actor.account_id is not None and actor.human_id is not None  # noqa: S101, PT018
    now = clock.now()
    row.decided_at = now
    get_session().add(
        FlagDecision(
            id=new_id(),
            flag_id=row.id,
            decision=str(decided),
            words=encryption.seal(row.id, "flag_decision.words", why),
            finding_id=finding_id,
            account_id=actor.account_id,
            human_id=actor.human_id,
            decided_at=now,
        )
    )
    record(
        Action.FLAG_DECIDED,
        actor=actor,
        person_id=row.person_id,
        subject=("flag", row.id),
        reason=str(decided),
    )
    return once.keep(row.id)


def list_places() -> list[Organisation]:
    """The organisations that somebody may point at, by name."""
    return queries_flags.list_open_organisations()
