"""What the controls cost an act: the same command with them, and with a port that allows all.

In turn, command by command, so that what the machine does meanwhile meets both alike. Aims are
those of issue 7; they are reported, never enforced.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from sqlalchemy import event, select

from assistedaccess.consent.models import ConsentRequest
from assistedaccess.consent.service_asking import (
    begin_request,
    end_reading,
    keep_said,
    show_statement,
)
from assistedaccess.delegation.service import confirm_and_grant
from assistedaccess.kernel import clock, controls
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import get_database, reading
from assistedaccess.kernel.working_days import add_months
from assistedaccess.people.models import Person
from assistedaccess.people.service_address import change_address
from assistedaccess.people.service_contact import add_contact_point, change_contact_point

from .aims import median
from .cast import Cast
from .journal_speed import Ratio
from .payee_acts import prepare_change, prepare_claim

MOST_STATEMENTS = 4.0
MOST_TIMES = 1.25
WITH, WITHOUT = "with", "without"
WITNESS = {
    "witness_name": "Walter Witness",
    "witness_role": "a neighbour",
    "witness_family": "no",
    "witness_lives": "elsewhere",
    "witness_paid": "no",
    "witness_where": "room",
    "witness_part": "nothing",
    "sign": "word",
}

Prepared = Callable[[], object]
"""One command, ready to be called: what has to be there for it is made, and is not timed."""


@dataclass
class _Counted:
    milliseconds: list[float] = field(default_factory=list)
    statements: list[float] = field(default_factory=list)


def measure_controls(cast: Cast, times: int) -> list[Ratio]:
    """Five acts that the controls look at, so many times each way, on the bound installation."""
    helper, another = cast.helpers[:2]
    people = [person.id for person in cast.clients]
    # Somebody else each time: who is changed over and over has ever more messages that wait.
    acts: list[tuple[str, str, Callable[[UUID, int], Prepared]]] = [
        ("contact", "Changing a telephone number", partial(_change_telephone, helper)),
        ("address", "Changing an address", partial(_change_address, helper)),
        ("grant", "A grant, its last POST", partial(_grant, helper)),
        (
            "claim",
            "A claim with an account, its last POST",
            partial(prepare_claim, helper, another),
        ),
        ("payee", "A change of account, its last POST", partial(prepare_change, helper, another)),
    ]
    ratios = []
    for key, title, prepare in acts:
        found = _in_turns(partial(_take_turns, prepare, people), times)
        slower = median(found[WITH].milliseconds) / median(found[WITHOUT].milliseconds)
        # Here and there one command sends more: it is drawn into a sample, say. That is no control.
        more = median(found[WITH].statements) - median(found[WITHOUT].statements)
        ratios += [
            Ratio(
                f"controls_{key}",
                f"{title}, of the same without controls",
                round(slower, 2),
                MOST_TIMES,
                at_least=False,
            ),
            Ratio(
                f"controls_{key}_statements",
                f"{title}: statements more",
                more,
                MOST_STATEMENTS,
                at_least=False,
                unit="statements",
            ),
        ]
    return ratios


def _take_turns(
    prepare: Callable[[UUID, int], Prepared], people: list[UUID], number: int
) -> Prepared:
    return prepare(people[number % len(people)], number)


def _in_turns(prepare: Callable[[int], Prepared], times: int) -> dict[str, _Counted]:
    found = {WITH: _Counted(), WITHOUT: _Counted()}
    for number in range(2 * (times + 2)):
        # First one and then the other, and the next time the other way round.
        way = WITH if number % 4 in (0, 3) else WITHOUT
        command = prepare(number)
        if way == WITH:
            counted = _time(command)
        else:
            with everything_allowed():
                counted = _time(command)
        if number >= 4:  # what came before was to warm up
            found[way].milliseconds.append(counted[0])
            found[way].statements.append(counted[1])
    return found


def _time(command: Prepared) -> tuple[float, int]:
    with _counting() as sent:
        begun = time.perf_counter()
        command()
        return 1000 * (time.perf_counter() - begun), len(sent)


@contextmanager
def _counting() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = get_database().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def everything_allowed() -> Iterator[None]:
    """No control is asked meanwhile, as where none has registered."""
    asked = controls._controls  # a door that only a measurement opens
    kept = list(asked)
    asked.clear()
    try:
        yield
    finally:
        asked.extend(kept)


# -- the acts


def _change_telephone(helper: Actor, person_id: UUID, number: int) -> Prepared:
    point = add_contact_point(
        actor=helper,
        person_id=person_id,
        kind="landline",
        value=f"0113 496 0{number % 1000:03}",
        whose="own",
    )
    value = f"0114 496 0{number % 1000:03}"
    return lambda: change_contact_point(actor=helper, contact_point_id=point, value=value)


def _change_address(helper: Actor, person_id: UUID, number: int) -> Prepared:
    with reading() as session:
        version = session.scalars(select(Person.version).where(Person.id == person_id)).one()
    address = {"line_1": f"{number + 1} Mill Lane", "town": "Hilltown", "postcode": "LS1 4ZZ"}
    return lambda: change_address(
        actor=helper, person_id=person_id, version=version, housing="address", address=address
    )


def _grant(helper: Actor, person_id: UUID, _number: int) -> Prepared:
    request_id = begin_request(
        actor=helper,
        person_id=person_id,
        request_key=new_request_key(),
        language="en",
        holder_kind="account",
        services=["blue-badge"],
        powers=["see"],
        until_on=add_months(clock.today(), 3),
        purpose="Look after it",
        money_limit_pence=None,
        money_period=None,
    )
    show_statement(actor=helper, request_id=request_id)
    with reading() as session:
        terms_hash = session.get_one(ConsentRequest, request_id).terms_hash
    end_reading(actor=helper, request_id=request_id, terms_hash=terms_hash)
    keep_said(
        actor=helper,
        request_id=request_id,
        terms_hash=terms_hash,
        what="They look after it",
        until="In three months",
        stop="I ring up",
        own_words="Yes, go ahead",
    )
    return lambda: confirm_and_grant(
        actor=helper,
        request_id=request_id,
        terms_hash=terms_hash,
        way="witness",
        given=WITNESS,
    )
