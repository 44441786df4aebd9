"""Fills a scratch installation with people and all that hangs on them, in bulk.

Accounts, organisations and sign-ins are made by the commands. People, cases, notes, tasks, visits,
consents, delegations, applications and records of help are rows as the commands would write them,
sealed with the keys of their people; their events follow in filling_journal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from assistedaccess.applications.models import AnswerPage, Application, RecordOfHelp
from assistedaccess.casework.models import Case, Note, Task
from assistedaccess.consent.models import Consent, Visit
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.notices.rules import Channel, NoticeKind, Route
from assistedaccess.notices.service import queue_notice
from assistedaccess.people import inputs, rows
from assistedaccess.people.models import Person
from assistedaccess.services.models import FormDefinition
from assistedaccess.services.queries import get_definition

from .answering import answer_form
from .cast import Cast, MadePerson
from .filling_rows import SERVICES, Form, PersonRows, Rows

BATCH = 50
DAYS = 60
"""Everything happened in the sixty days before today."""
IN_ORDER = (
    Person,
    Case,
    Note,
    Task,
    Visit,
    Consent,
    Delegation,
    Application,
    AnswerPage,
    RecordOfHelp,
)
"""The tables in an order in which every row finds what it points to."""


def fill_people(cast: Cast, count: int, progress: Callable[[int, int], None]) -> None:
    """``count`` people, each with a case, a delegation and the rest in proportion."""
    began = clock.now() - timedelta(days=DAYS)
    step = timedelta(days=DAYS - 1) / count
    for first in range(0, count, BATCH):
        batch = range(first, min(first + BATCH, count))
        cast.people += run_transaction(partial(_fill, cast, batch, began, step))
        progress(batch.stop, count)


def _fill(cast: Cast, batch: range, began: datetime, step: timedelta) -> list[MadePerson]:
    made = []
    found: Rows = defaultdict(list)
    entered = {}
    forms, today = _load_forms(), clock.today()
    for number in batch:
        helper = number % len(cast.helpers)
        with clock.set_clock(began + number * step):
            filler = PersonRows(number, cast.helpers[helper], found, forms, today)
            entered[filler.person_id] = filler.entered
            made.append(filler.fill(helper, is_fresh=helper < cast.fresh))
    session = get_session()
    for table in IN_ORDER:
        if found[table]:
            session.execute(insert(table), found[table])
    for number, (person, who) in zip(batch, zip(made, entered.values(), strict=True), strict=True):
        actor = cast.helpers[person.helper]
        with clock.set_clock(began + number * step):
            rows.replace_name_keys(person.id, who)
            points = [inputs.read_point(**point) for point in _points(number)]
            rows.insert_points(actor, person.id, points)
            _tell(actor, person.id)
    return made


def _load_forms() -> dict[str, Form]:
    found = get_session().execute(
        select(FormDefinition.service_key, FormDefinition.id, FormDefinition.hash).where(
            FormDefinition.service_key.in_(SERVICES)
        )
    )
    now = clock.local(clock.now())
    return {
        key: Form(form_id, answer_form(get_definition(form_hash), now))
        for key, form_id, form_hash in found
    }


def _points(number: int) -> list[dict[str, Any]]:
    phone = {"kind": "mobile", "value": f"07700 900{number % 1000:03}"}
    return [{**phone, "whose": "own", "is_safe": True}]


def _tell(actor: Actor, person_id: UUID) -> None:
    queue_notice(
        actor=actor,
        person_id=person_id,
        kind=NoticeKind.DELEGATION_GRANTED,
        route=Route(
            channel=Channel.TEXT,
            contact_point_id=None,
            address="+447700900000",
            language="en",
            independent=False,
        ),
        organisation_id=actor.organisation_id or person_id,
        facts={"helper": "A helper", "service": "Council Tax Reduction"},
    )
