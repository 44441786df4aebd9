"""Supervision by sample: drawn by a checkpoint, never of one's own work, a short form each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.checkpoints import find_first_since
from assistedaccess.audit.draws import draw, hash_frame, make_seed
from assistedaccess.audit.explain import record_look
from assistedaccess.casework.queries import CaseDetails, get_case
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.reach import reach_person

from . import queries, queries_supervision, rules_supervision, sources, story
from .models import SupervisionForm, SupervisionItem
from .queries import StoryEntry
from .queries_supervision import ItemRow, Written
from .rules_supervision import AlreadySupervised, NoCheckpointYet, Outcome
from .story import Scope

SUBJECT = "supervision_item"


@dataclass(frozen=True)
class Month:
    """A month's draw, as one manager sees it; ``is_drawn`` also where all of it is their own."""

    month: date
    is_drawn: bool
    rows: list[ItemRow]


@dataclass(frozen=True)
class Supervised:
    """A case that was drawn: the case, what happened, and its form once it is written."""

    item_id: UUID
    case: CaseDetails
    entries: list[StoryEntry]
    written: Written | None


@command("desk.list_supervision")
def list_supervision(*, actor: Actor) -> Month:
    """What was drawn of the last month that is over; one's own work is not among it."""
    require(actor, Permission.TEAM_SUPERVISE)
    if actor.organisation_id is None:
        raise NotFound
    month, _end = rules_supervision.month_before(clock.today())
    record(Action.TEAM_VIEWED, actor=actor, reason="supervision")
    return Month(
        month,
        queries_supervision.is_drawn(actor.organisation_id, month),
        queries_supervision.list_items(actor, month),
    )


@command("desk.draw_supervision")
def draw_supervision(*, actor: Actor) -> date:
    """Draw CASES_A_MONTH cases of each human's work in the last month that is over; once.

    The seed is the first checkpoint signed after the month had ended, which nobody could foresee
    while they worked; nobody chooses whose work, or which. Raises NoCheckpointYet.
    """
    require(actor, Permission.TEAM_SUPERVISE)
    organisation_id = actor.organisation_id
    if organisation_id is None:
        raise NotFound
    # Two at once draw one after the other.
    get_session().get(Organisation, organisation_id, with_for_update={"key_share": True})
    start, end = rules_supervision.month_before(clock.today())
    if queries_supervision.is_drawn(organisation_id, start):
        record(Action.REQUEST_REPEATED, actor=actor, subject=("organisation", organisation_id))
        return start
    checkpoint = find_first_since(clock.start_of_day(end))
    if checkpoint is None:
        raise NoCheckpointYet(
            _("The journal has no checkpoint yet since the month ended."),
            next_step=_("Wait some seconds, then draw again."),
        )
    work = queries_supervision.list_work(organisation_id, start, end)
    seed = make_seed(checkpoint.note)
    people = {key: person_id for cases in work.values() for key, person_id in cases}
    drawn = {
        UUID(key): human_id
        for human_id, cases in work.items()
        for key in draw([key for key, _ in cases], rules_supervision.CASES_A_MONTH, seed)
    }
    accounts = queries_supervision.find_accounts(list(drawn))
    for case_id, human_id in drawn.items():
        get_session().add(
            SupervisionItem(
                id=new_id(),
                organisation_id=organisation_id,
                month=start,
                account_id=accounts[case_id],
                human_id=human_id,
                case_id=case_id,
                person_id=people[str(case_id)],
                checkpoint_size=checkpoint.size,
                drawn_at=clock.now(),
            )
        )
    record(
        Action.SUPERVISION_DRAWN,
        actor=actor,
        subject=("organisation", organisation_id),
        details={
            "month": start.isoformat(),
            "checkpoint": checkpoint.size,
            "drawn": len(drawn),
            "frame": len(people),
            "frame_hash": hash_frame(sorted(people)).hex(),
        },
    )
    return start


@command("desk.open_supervised_case")
def open_supervised_case(*, actor: Actor, item_id: UUID) -> Supervised:
    """Read a case that was drawn: a recorded look, explained by the draw until its form is written.

    From then on the form is shown, and of the case no more than its reference. Raises NotFound for
    one's own work, OwnRecord and RelativesRecord as every look does.
    """
    require(actor, Permission.TEAM_SUPERVISE)
    item = _find(actor, item_id)
    reach_person(actor, item.person_id)
    written = queries_supervision.find_form(item)
    case = get_case(actor, item.case_id)
    if written is not None:
        record(
            Action.SUPERVISION_VIEWED,
            actor=actor,
            person_id=item.person_id,
            subject=("case", item.case_id),
        )
        return Supervised(item.id, case, [], written)
    record_look(
        Action.CASE_VIEWED,
        actor=actor,
        person_id=item.person_id,
        subject=("case", item.case_id),
        needs_details=True,
    )
    told = story.read_story(Scope(actor, item.person_id, item.case_id), sources.CASE_STORY)
    entries = queries.open_entries(actor, item.person_id, told.entries, case)
    return Supervised(item.id, case, entries, None)


@command("desk.write_supervision_form")
def write_supervision_form(
    *, actor: Actor, item_id: UUID, answers: dict[str, str], outcome: str, words: str
) -> UUID:
    """Write the form of a case that was drawn, once. Raises NotFound, AlreadySupervised."""
    require(actor, Permission.TEAM_SUPERVISE)
    item = _find(actor, item_id, lock=True)
    reach_person(actor, item.person_id)
    if queries_supervision.find_form(item) is not None:
        raise AlreadySupervised(_("Somebody has looked at this case already."))
    try:
        joined = rules_supervision.join_answers(answers)
    except ValueError as error:
        raise InvalidInput("asked", _("Answer each question")) from error
    made = read_word("outcome", outcome, Outcome, _("Select what follows"))
    missing = "" if made is Outcome.GOOD else _("Enter what you want to talk about")
    why = read_text("words", words, rules_supervision.LONGEST_WORDS, missing)
    assert actor.account_id is not None  # noqa: S101  (the permission is an account's)
    field = f"supervision_form.words.{item.id}"
    get_session().add(
        SupervisionForm(
            item_id=item.id,
            answers=joined,
            outcome=str(made),
            sealed_for=item.person_id,
            words=encryption.seal(item.person_id, field, why) if why else None,
            written_at=clock.now(),
            written_by=actor.account_id,
            written_by_human=actor.human_id,
        )
    )
    record(
        Action.SUPERVISION_WRITTEN,
        actor=actor,
        person_id=item.person_id,
        subject=("case", item.case_id),
        reason=str(made),
    )
    return item.id


def _find(actor: Actor, item_id: UUID, *, lock: bool = False) -> SupervisionItem:
    item = queries_supervision.find_item(actor, item_id, lock=lock)
    if item is None:
        raise NotFound
    concerns(person_id=item.person_id, subject=(SUBJECT, item.id))
    return item
