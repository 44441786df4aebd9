"""Long forms: 6, 60 and 200 pages of the same questions, so that only the length differs.

The 60 pages hold 200 questions. Each form has one application of the first helper's, with all its
answers; the forms are kept as versions of a service's form that are never in force.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import insert, update

from assistedaccess.applications.answers import seal_page
from assistedaccess.applications.models import AnswerPage, Application
from assistedaccess.applications.queries import get_reference
from assistedaccess.applications.service import start_application
from assistedaccess.casework.service import open_case
from assistedaccess.consent.rules import Mode
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.check import check_files
from assistedaccess.services.service import store_form

from .aims import Series, median
from .browser import Browser
from .cast import Cast
from .journal_speed import Ratio
from .walking import Watch

SERVICE = "council-tax-reduction"
QUESTIONS = {"short": [4, 3, 3, 4, 3, 3], "long": [4, 3, 3] * 20, "wide": [1] * 200}
"""How many questions each page of each form has: 20, 200 and 200 in all."""
MOST_TIMES_SHORT = 1.2
LEAST_PAGES = 531 / 20
"""The 90 public forms have 531 pages, and are to be checked within 20 seconds."""


@dataclass(frozen=True)
class LongForms:
    """The addresses of the three applications, by the name of their form."""

    addresses: dict[str, str]

    def walk(self, helper: Browser, turn: int, watch: Watch) -> None:
        """The last page of the short and of the long form, one in the midst of the wide one; a save
        in the midst of the long one, and all its answers on one page."""
        short, long, wide = (self.addresses[name] for name in QUESTIONS)
        watch.note("short_question", helper.get(f"{short}/pages/page-6"))
        watch.note("long_question", helper.get(f"{long}/pages/page-60"))
        watch.note("wide_question", helper.get(f"{wide}/pages/page-100"))
        page = helper.get(f"{long}/pages/page-30")
        watch.note("long_save", helper.post(page, {"q30x1": f"Another word, in round {turn}"}))
        watch.note("long_check", helper.get(f"{long}/check-answers"))


def make_form(questions: list[int]) -> dict[str, Any]:
    """A form in the builder's format: ``questions`` are those of each page, in order."""
    pages: list[dict[str, Any]] = [
        {
            "path": f"/page-{number}",
            "title": f"Page {number} of {len(questions)}",
            "components": [
                {"type": "TextField", "name": f"q{number}x{one}", "title": f"Question {one}"}
                for one in range(1, count + 1)
            ],
            "next": [{"path": f"/page-{number + 1}" if number < len(questions) else "/summary"}],
        }
        for number, count in enumerate(questions, 1)
    ]
    pages.append(
        {
            "path": "/summary",
            "title": "Check your answers",
            "controller": "./pages/summary.js",
            "components": [],
            "next": [],
        }
    )
    return {
        "name": "A long form",
        "startPage": "/page-1",
        "pages": pages,
        "sections": [],
        "conditions": [],
        "lists": [],
    }


def add_long_forms(cast: Cast, progress: Callable[[int, int], None]) -> LongForms:
    """One application with each of the forms, answered to its last page."""
    addresses = {}
    for done, (name, questions) in enumerate(QUESTIONS.items(), 1):
        reference = run_transaction(partial(_add, cast, questions))
        addresses[name] = f"/applications/{reference}"
        progress(done, len(QUESTIONS))
    return LongForms(addresses)


def _add(cast: Cast, questions: list[int]) -> str:
    person, actor = cast.clients[0], cast.helpers[0]
    session, now = get_session(), clock.now()
    case_id = open_case(
        actor=actor,
        person_id=person.id,
        need="A long form",
        why_help=["no_skill"],
        first_contact_on=clock.today(),
    )
    application_id = start_application(
        actor=actor, case_id=case_id, service=SERVICE, mode=str(Mode.REPRESENTING)
    )
    form = store_form(SERVICE, json.dumps(make_form(questions)).encode(), None)
    session.execute(
        update(Application)
        .where(Application.id == application_id)
        .values(form_definition_id=form.id, version=len(questions) + 1)
    )
    authority_id = session.get_one(Application, application_id).authority_id
    pages = []
    for number, count in enumerate(questions, 1):
        path = f"/page-{number}"
        answers = {f"q{number}x{one}": f"Some words, {one}" for one in range(1, count + 1)}
        pages.append(
            {
                "application_id": application_id,
                "path": path,
                "answers": seal_page(person.id, application_id, path, answers, []),
                "version": 1,
                "saved_at": now,
                "saved_by": actor.account_id,
                "authority_kind": "delegation",
                "authority_id": authority_id,
            }
        )
    session.execute(insert(AnswerPage), pages)
    return get_reference(application_id)


def compare(pages: dict[str, Series]) -> list[Ratio]:
    """What length costs a page that shows the same; and how fast forms are checked and walked."""
    short = median(pages["short_question"].milliseconds)
    ratios = [
        Ratio(
            f"{name}_form",
            f"A page of an application of {len(QUESTIONS[name])} pages, of one of 6",
            median(pages[f"{name}_question"].milliseconds) / short,
            MOST_TIMES_SHORT,
            at_least=False,
        )
        for name in ("long", "wide")
    ]
    return [*ratios, _check_forms()]


def _check_forms() -> Ratio:
    files = [each for each in DEFINITIONS.glob("*.json") if ".service." not in each.name]
    began = time.perf_counter()
    pages = sum(report.pages for report in check_files(files))
    took = time.perf_counter() - began
    return Ratio(
        "check", "Forms checked and walked", pages / took, LEAST_PAGES, unit="pages a second"
    )
