"""Auditors and the journal; settings; working on the database itself; and time that passes."""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy import text

from assistedaccess.audit.sealing import seal_all
from assistedaccess.consent import queries as consent_queries
from assistedaccess.consent.rules import write_policy
from assistedaccess.consent.service_policy import change_policy
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations.queries import get_organisation_reference
from assistedaccess.oversight import service_asked, service_findings, service_flags
from assistedaccess.oversight.models import Flag
from assistedaccess.oversight.rules_flags import Decision, FlagKind

from .kinds import (
    ByAccount,
    Fields,
    Moment,
    OfOrganisation,
    OfPerson,
    Span,
    Text,
    Texts,
    Yes,
    choice,
)
from .register import act
from .stage import Stage
from .tampering import tamper, unguarded
from .timers import pass_time, run_timers

AUDIT = "Auditors, settings and the journal"
TIME = "Time"
DATABASE = "The database itself"


# -- time


@act(TIME)
def wait(stage: Stage, for_: Span) -> None:
    """Time passes (`for: 3 days`): the timers of an installation run as they would, shortly after
    what was done last, four days later, and in the end."""
    pass_time(stage, stage.clock.moment + for_)


@act(TIME)
def wait_until(stage: Stage, moment: Moment) -> None:
    """Time passes until then, which is not in the past."""
    by = getattr(moment, "by", None)
    then = stage.clock.moment + by if by is not None else moment
    if then < stage.clock.moment:
        raise LookupError("That moment has passed in this rehearsal.")
    pass_time(stage, then)


@act(TIME)
def run_the_timers(stage: Stage) -> None:
    """Run at once what time asks for: notices sent, deadlines looked at, the journal sealed."""
    run_timers(stage)


# -- auditors


@act(AUDIT)
def tell_something_is_wrong(
    stage: Stage,
    words: Text,
    teller: Text = "",
    network: Text = "192.0.2.77",
    organisation: OfOrganisation | None = None,
) -> None:
    """Anybody, without an account, tells that something is wrong."""
    reference = None
    if organisation is not None:
        with reading():
            reference = get_organisation_reference(stage.organisations[organisation])
    service_flags.tell_something_is_wrong(
        actor=PUBLIC,
        words=words,
        teller=teller or None,
        network=network,
        organisation_reference=reference,
    )


@act(AUDIT)
def decide_flag(
    stage: Stage,
    by: ByAccount,
    kind: Annotated[str, choice(FlagKind)],
    decision: Annotated[str, choice(Decision)] = "in_order",
    words: Text = "I asked, and there was a reason",
) -> None:
    """An auditor decides about the oldest flag of that kind that waits."""
    with reading() as session:
        flag = session.query(Flag).filter_by(kind=kind, decided_at=None).order_by(Flag.id).first()
    if flag is None:
        raise LookupError(f"No {kind} waits for an auditor.")
    actor = stage.actor(by, "auditor")
    service_flags.open_flag(actor=actor, flag_id=flag.id)
    service_flags.decide_flag(actor=actor, flag_id=flag.id, decision=decision, words=words)


@act(AUDIT)
def ask_about_look(
    stage: Stage,
    by: ByAccount,
    kind: Annotated[str, choice(FlagKind)] = "unexplained_look",
) -> None:
    """An auditor who found no reason asks whoever looked: about the oldest flag of that kind."""
    with reading() as session:
        flag = session.query(Flag).filter_by(kind=kind, decided_at=None).order_by(Flag.id).first()
    if flag is None:
        raise LookupError(f"No {kind} waits for an auditor.")
    service_asked.ask_about_look(actor=stage.actor(by, "auditor"), flag_id=flag.id)


@act(AUDIT)
def explain_look(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    words: Text = "They rang while I had another record open",
    was_mistake: Yes = False,
) -> None:
    """Whoever opened a record says why, asked or not, or that it was the wrong one."""
    service_asked.answer_look(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        was_mistake=was_mistake,
        words=words,
    )


@act(AUDIT, makes="finding")
def open_finding(
    stage: Stage, by: ByAccount, organisation: OfOrganisation, title: Text, what: Text
) -> Any:
    """An auditor begins a case file about an organisation."""
    made = service_findings.open_finding(
        actor=stage.actor(by, "auditor"),
        organisation_id=stage.organisations[organisation],
        title=title,
        what=what,
        request_key=new_request_key(),
    )
    return stage.keep("finding", made)


# -- settings


@act(AUDIT)
def change_consent_policy(stage: Stage, by: ByAccount, change: Fields) -> None:
    """Change what the policy of consent says: `change` by the names of its document."""
    with reading():
        policy = consent_queries.get_policy()
        version, document = policy.version, write_policy(policy)
    change_policy(
        actor=stage.actor(by, "administrator"),
        base_version=version,
        document=_merge(document, change),
    )


def _merge(document: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    merged = dict(document)
    for key, value in change.items():
        before = merged.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            merged[key] = _merge(before, value)
        elif isinstance(before, bool):
            merged[key] = str(value).lower() in ("yes", "true")
        elif isinstance(before, int):
            merged[key] = int(value)
        else:
            merged[key] = value
    return merged


# -- the journal


@act(AUDIT, makes="checkpoint")
def keep_checkpoint(stage: Stage) -> Any:
    """The journal is sealed, and an auditor keeps the newest checkpoint outside: what is expected
    of the journal from now on is looked at against it too."""
    made = seal_all()
    if made is not None:
        stage.keep("checkpoint", made.note)
    kept = stage.latest.get(("checkpoint", None))
    if kept is None:
        raise LookupError("There is nothing to seal yet.")
    return kept


@act(DATABASE)
def work_on_database(stage: Stage, statements: Texts) -> None:
    """Somebody with the database, and without the application, runs SQL as the owner of its tables,
    the guards that refuse changes of the journal taken off before and put on again."""
    with unguarded(stage) as connection:
        for statement in statements:
            connection.execute(text(statement))


@act(DATABASE)
def alter_journal(
    stage: Stage,
    what: Annotated[str, choice(("alter", "delete", "rebuild"))] = "alter",
    event: Text = "0",
) -> None:
    """The same, for who wants it simply: event number `event` of the journal's tree is altered or
    deleted; or it is deleted and the rest sealed anew, as if it had never been (`rebuild`).
    """
    tamper(stage, what, int(event))
