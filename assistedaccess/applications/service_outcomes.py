"""Commands about outcomes: write down what was heard, ask what became of it, look.

Whatever was sent is awaited from that moment on, and chased where nobody hears of it: awaiting.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from babel.dates import format_date
from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.explain import check_theirs
from assistedaccess.audit.once import Once
from assistedaccess.casework.service import lock_case, store_task, wake_case
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, RefusedInput, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.kernel.money import spell_money
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.words import LANGUAGES
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.models import Person
from assistedaccess.people.queries import get_person
from assistedaccess.people.reach import load_reached, reach_person, tell
from assistedaccess.services.queries import find_service

from . import queries_outcomes, rules_outcomes, ties
from .limits import Letter, read_limit
from .models_outcomes import AwaitedOutcome, Outcome
from .queries_outcomes import AwaitedRow, OutcomePage, find_nation, find_service_name, find_step
from .rules_outcomes import Correction, Heard, LimitFrom, OutcomeKind
from .words_outcomes import say_kind, say_task

SUBJECT = "awaited_outcome"
HEAR = "applications.hear_outcome"


class Contradiction(RefusedInput):
    """What is written down says another thing than what was written down before."""

    reason_code = "contradicts_outcome"


def _lock(actor: Actor, awaited_id: UUID) -> AwaitedOutcome:
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    row = get_session().get(
        AwaitedOutcome, awaited_id, with_for_update=True, populate_existing=True
    )
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    reach_person(actor, row.person_id)
    check_theirs(actor, (SUBJECT, row.id))
    concerns(subject=(SUBJECT, row.id))
    return row


@command(HEAR)
def hear_outcome(
    *,
    actor: Actor,
    awaited_id: UUID,
    version: int,
    kind: str,
    happened_on: date,
    weekly_pence: int | None = None,
    arrears_pence: int | None = None,
    words: str | None = None,
    limit_from: str | None = None,
    last_day: date | None = None,
    limit_count: int | None = None,
    limit_unit: str | None = None,
    correction: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Write down what was heard of an application that was sent; returns the outcome's id.

    ``happened_on``: the date on the letter, or of the money. ``limit_from``: how the end of the
    time to act is known (rules_outcomes.LimitFrom): by the service's rule, as the letter says
    (``last_day``), or counted from its date (``limit_count`` of ``limit_unit``). Where it says
    another thing than what was heard last, ``correction`` says which is right (Contradiction, which
    names the earlier, until it does). What calls for work reopens a closed case, and is a task with
    its last day. Raises StaleVersion where a colleague was quicker.
    """
    typed = (happened_on, weekly_pence, arrears_pence, words, limit_from, last_day, limit_count)
    once = Once(actor, HEAR, request_key, awaited_id, kind, *typed, limit_unit, correction)
    repeated = once.find("outcome")
    if repeated is not None:
        return repeated
    row = _lock(actor, awaited_id)
    if row.version != version:
        raise StaleVersion(
            _("Somebody else wrote down what became of this after you opened the page."),
            next_step=_("Open it again, see what is new, and decide then."),
        )
    heard = _read_heard(row, kind, happened_on, weekly_pence, arrears_pence)
    history = queries_outcomes.list_heard(row.id)
    settled = _read_correction(history, heard, correction)
    person = get_person(row.person_id)
    nation = find_nation(person, row.organisation_id)
    letter = Letter(limit_from, last_day, limit_count, limit_unit)
    step = find_step(row.service, nation, history, settled)
    last_day, known_from = read_limit(heard, letter, step, nation)
    said = read_text("words", words, rules_outcomes.LONGEST_WORDS)
    if heard.kind is OutcomeKind.MORE_ASKED and not said:
        raise InvalidInput("words", _("Enter what they ask for"))
    outcome_id = _store(actor, row, heard, said, last_day, known_from, settled)
    _move_on(actor, row, heard, last_day)
    record(
        Action.OUTCOME_HEARD,
        actor=actor,
        person_id=row.person_id,
        subject=(SUBJECT, row.id),
        service=row.service,
        reason=str(heard.kind),
        details={
            "outcome": str(outcome_id),
            "happened_on": heard.on.isoformat(),
            "last_day": last_day.isoformat() if last_day else "",
            "correction": str(settled[0]) if settled else "",
        },
    )
    if heard.kind in rules_outcomes.CALLS_FOR_WORK:
        _call_for_work(actor, row, heard, last_day, nation)
    tell(actor, row.person_id, NoticeKind.OUTCOME_HEARD, _facts(row, person, heard, last_day))
    return once.keep(outcome_id)


def _read_heard(
    row: AwaitedOutcome,
    kind: str,
    happened_on: date,
    weekly_pence: int | None,
    arrears_pence: int | None,
) -> Heard:
    said = read_word("kind", kind, OutcomeKind, _("Select what became of it"))
    if happened_on > clock.today():
        raise InvalidInput("happened_on", _("The day must be today or in the past"))
    if happened_on < row.sent_on:
        raise InvalidInput(
            "happened_on",
            _("The day must not be before it was sent, on %(day)s", day=_spell(row.sent_on)),
        )
    before = OutcomeKind(row.standing) if row.standing else None
    if not rules_outcomes.may_follow(before, said):
        raise InvalidInput(
            "kind",
            _("Write down first what they asked for")
            if said is OutcomeKind.ANSWERED
            else _("Write down first what they decided"),
        )
    if said not in rules_outcomes.WITH_MONEY:
        return Heard(said, happened_on)
    for field, pence in (("weekly_pence", weekly_pence), ("arrears_pence", arrears_pence)):
        if pence is not None and not 0 <= pence <= rules_outcomes.MOST_PENCE:
            raise InvalidInput(field, _("Check the amount"))
    return Heard(said, happened_on, weekly_pence, arrears_pence)


def _read_correction(
    history: list[Outcome], heard: Heard, correction: str | None
) -> tuple[Correction, UUID] | None:
    last = history[-1] if history else None
    before = queries_outcomes.read_heard(last) if last is not None else None
    if last is None or not rules_outcomes.contradicts(before, heard):
        return None
    if not correction:
        raise Contradiction(
            "correction",
            _(
                "It was written down before as “%(what)s”, of %(day)s. Say how that goes together",
                what=say_kind(last.kind),
                day=_spell(last.happened_on),
            ),
        )
    chosen = read_word("correction", correction, Correction, _("Select which of them is right"))
    return chosen, last.id


def _store(
    actor: Actor,
    row: AwaitedOutcome,
    heard: Heard,
    said: str,
    last_day: date | None,
    limit_from: LimitFrom | None,
    settled: tuple[Correction, UUID] | None,
) -> UUID:
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    assert actor.human_id is not None  # noqa: S101
    outcome_id = new_id()
    get_session().add(
        Outcome(
            id=outcome_id,
            awaited_id=row.id,
            organisation_id=row.organisation_id,
            sealed_for=row.person_id,
            kind=heard.kind,
            happened_on=heard.on,
            weekly_pence=heard.weekly_pence,
            arrears_pence=heard.arrears_pence,
            last_day=last_day,
            limit_from=limit_from,
            words=encryption.seal(row.person_id, f"outcome.words.{outcome_id}", said)
            if said
            else None,
            correction=settled[0] if settled else None,
            corrects_id=settled[1] if settled else None,
            heard_at=clock.now(),
            heard_by=actor.account_id,
            heard_by_human=actor.human_id,
        )
    )
    return outcome_id


def _move_on(actor: Actor, row: AwaitedOutcome, heard: Heard, last_day: date | None) -> None:
    """Where it stands from now on: what is awaited next, and until when somebody has to act."""
    assert actor.account_id is not None  # noqa: S101
    view = find_service(row.service) if row.service else None
    pays = (view is not None and view.entry.pays_money) or bool(
        heard.weekly_pence or heard.arrears_pence
    )
    weeks = view.entry.decision_weeks if view is not None else None
    row.standing = heard.kind
    row.account_id = actor.account_id
    row.version += 1
    row.next_on = rules_outcomes.find_next_day(
        heard, last_day, clock.today(), pays_money=pays, decision_weeks=weeks
    )
    row.chase_on = rules_outcomes.chase_on(clock.today()) if row.next_on else None
    row.deadline_on = last_day if heard.kind in rules_outcomes.CALLS_FOR_WORK else None
    get_session().flush()


def _call_for_work(
    actor: Actor, row: AwaitedOutcome, heard: Heard, last_day: date | None, nation: str
) -> None:
    """A task for whoever looks after the case, which opens again for it."""
    if row.case_id is None:
        return  # it stands on Today until its last day all the same
    case = lock_case(actor, row.case_id, is_beside=True)
    wake_case(actor, case)
    today = clock.today()
    due_on = rules_outcomes.remind_on(last_day, nation, today) if last_day else today
    words = say_task(
        heard.kind, _spell(rules_outcomes.act_by(last_day, nation)) if last_day else ""
    )
    store_task(actor, case, "words", words, due_on, case.assigned_to)


@command("applications.ask_for_outcome")
def ask_for_outcome(*, actor: Actor, awaited_id: UUID) -> UUID:
    """Ask the person what became of it, by their safe route; a second time on one day does not.

    Raises StaleVersion where nothing is awaited any more.
    """
    row = _lock(actor, awaited_id)
    if row.next_on is None:
        raise StaleVersion(_("It is known what became of this."))
    today = clock.today()
    if row.asked_on == today:
        record(Action.REQUEST_REPEATED, actor=actor, subject=(SUBJECT, row.id))
        return row.id
    row.asked_on = today
    row.next_on = today + rules_outcomes.ASK_AGAIN
    row.version += 1
    get_session().flush()
    record(
        Action.OUTCOME_ASKED,
        actor=actor,
        person_id=row.person_id,
        subject=(SUBJECT, row.id),
        service=row.service,
    )
    person = get_person(row.person_id)
    tell(actor, row.person_id, NoticeKind.OUTCOME_ASKED, service_fact(row, person))
    return row.id


@command("applications.view_outcome")
def view_outcome(
    *, actor: Actor, awaited_id: UUID, language: str = "en", stated_reason: str | None = None
) -> OutcomePage:
    """All that was heard of one application, the look recorded first."""
    require(actor, Permission.APPLICATION_VIEW)
    row = queries_outcomes.get_awaited(actor, awaited_id)
    _person, found = load_reached(actor, row.person_id, lock=False)
    concerns(subject=(SUBJECT, row.id))
    record_look(
        Action.OUTCOME_OPENED,
        actor=actor,
        person_id=row.person_id,
        subject=(SUBJECT, row.id),
        stated_reason=stated_reason or found.stated,
        needs_details=True,
        tie=ties.AWAITED_OUTCOME,
    )
    return queries_outcomes.load_outcome(row, language)


@command("applications.list_outcomes")
def list_outcomes(
    *, actor: Actor, which: str, only_own: bool, after: tuple[date, UUID] | None = None
) -> list[AwaitedRow]:
    """A page of last days, or of what nobody has heard of, and one more where there are more."""
    require(actor, Permission.TODAY_VIEW)
    record(Action.TODAY_VIEWED, actor=actor, reason="outcomes")
    return queries_outcomes.list_awaited(
        actor, which, only_own=only_own, after=after, limit=queries_outcomes.PAGE + 1
    )


# -- what is said


def service_fact(row: AwaitedOutcome, person: Person) -> dict[str, str]:
    """The name of what was applied for, as the person is told it."""
    return {"service": find_service_name(row.id, row.service, person.language)}


def _facts(
    row: AwaitedOutcome, person: Person, heard: Heard, last_day: date | None
) -> dict[str, str]:
    return {
        **service_fact(row, person),
        "kind": str(heard.kind),
        "amount": spell_money(heard.weekly_pence) if heard.weekly_pence else "",
        "until": _spell(last_day, person.language) if last_day else "",
    }


def _spell(day: date, language: str = "en") -> str:
    return format_date(day, "d MMMM y", locale=LANGUAGES.get(language, "en_GB"))
