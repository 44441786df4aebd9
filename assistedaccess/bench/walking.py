"""Walks the main pages as a helper and an auditor do, and writes down what each request took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .aims import JOURNAL, Series
from .bare import PATH
from .browser import Answer, Browser, PageFailed, Values
from .cast import MadePerson

BIRTH_DATE = ("birth_date-day", "birth_date-month", "birth_date-year")
SERVICE = "council-tax-reduction"
QUESTION = "/anything-else"
"""A page of Attendance Allowance with one text, asked last: all other answers are read for it."""


@dataclass
class Watch:
    """Keeps what requests took, and has the bare page of the same size asked after each."""

    bare: Browser
    series: dict[str, Series] = field(default_factory=dict)

    def note(self, key: str, answer: Answer) -> Answer:
        """Keep an answer, and what the bare page takes right after it."""
        beside = self.bare.get(f"{PATH}?size={answer.size}")
        kept = self.series.setdefault(key, Series())
        kept.milliseconds.append(answer.milliseconds)
        kept.bare_ms.append(beside.milliseconds)
        kept.statements.append(answer.statements)
        kept.size = answer.size
        return answer


@dataclass(frozen=True)
class Walker:
    """A helper and an auditor, each signed in, and somebody who is not."""

    port: int
    helper: Browser
    auditor: Browser
    busy: MadePerson
    half_way: str

    def walk(self, person: MadePerson, turn: int, watch: Watch) -> None:
        """Each main page once, about ``person``, whom no earlier walk was about."""
        for step in (self._look, self._assist, self._fill_in, self._grant):
            step(person, turn, watch)
        self.walk_journal(watch)

    def _look(self, person: MadePerson, _turn: int, watch: Watch) -> None:
        helper = self.helper
        watch.note("sign_in", Browser(self.port).get("/sign-in"))
        watch.note("today", helper.get("/today"))
        page = watch.note("find_person", helper.get("/people"))
        given = {"why": "person_is_here", "by": "birth_date", "name": person.name}
        given |= zip(BIRTH_DATE, reversed(person.birth_date.split("-")), strict=True)
        watch.note("search", helper.post(page, given))
        watch.note("person", helper.get(f"/people/{person.reference}"))
        watch.note("case", helper.get(f"/cases/{person.case_reference}"))
        watch.note("delegation", helper.get(f"/delegations/{person.delegation_reference}"))

    def _assist(self, person: MadePerson, _turn: int, watch: Watch) -> None:
        path = f"/people/{person.reference}/help?case={person.case_reference}"
        page = watch.note("assist", self.helper.get(path))
        given: Values = {"service": SERVICE, "purpose": "Pay less council tax", "said_yes": True}
        watch.note("assist_yes", self.helper.post(page, given))

    def _fill_in(self, person: MadePerson, turn: int, watch: Watch) -> None:
        helper = self.helper
        page = helper.get(f"/cases/{person.case_reference}/applications/new?way=assisting")
        watch.note("start_application", helper.post(page, {"service": SERVICE, "way": "assisting"}))
        address = f"/applications/{person.application_reference}"
        watch.note("application", helper.get(address))
        page = watch.note("question", helper.get(f"{address}/pages{QUESTION}"))
        answer = {"anythingElse": f"She had another fall, in week {turn}."}
        watch.note("question_save", helper.post(page, answer))
        watch.note("check_answers", helper.get(f"{address}/check-answers"))
        page = helper.get(f"/cases/{person.case_reference}/records-of-help/new")
        given: Values = {
            "service": "blue-badge",
            "asked": "Ask when the new badge comes",
            "word": "here",
            "said_yes": True,
            "their_reference": "BB-1234",
        }
        watch.note("record_of_help", helper.post(page, given))

    def _grant(self, person: MadePerson, _turn: int, watch: Watch) -> None:
        helper = self.helper
        page = helper.get(f"/people/{person.reference}/delegations/ask")
        given: Values = {
            "purpose": "Keep my council tax in order while I am ill",
            "holder": "account",
            "services": [SERVICE],
            "powers": ["see", "fill_in", "submit"],
            "until": "days_90",
        }
        asked = watch.note("grant_ask", helper.post(page, given))
        page = helper.get(local(asked.location))
        read = watch.note("grant_read", helper.post(page, {"has_read": True}))
        page = helper.get(local(read.location))
        given = {
            "what": "You write to the council for me",
            "until": "In three months",
            "stop": "I come in or ring, and it stops",
            "own_words": "Yes, please do",
            "is_accompanied": "no",
        }
        said = watch.note("grant_said", helper.post(page, given))
        page = helper.get(local(said.location))
        chosen = watch.note("grant_way", helper.post(page, {"way": "witness"}))
        page = helper.get(local(chosen.location))
        given = {
            "witness_name": "Marjorie Bell",
            "witness_role": "Neighbour",
            "witness_family": "no",
            "witness_lives": "elsewhere",
            "witness_paid": "no",
            "witness_part": "nothing",
            "heard": True,
        }
        done = watch.note("grant_confirm", helper.post(page, given))
        if "/result" not in done.location:
            raise PageFailed(f"The grant led to {done.location}")
        helper.get(local(done.location))

    def walk_journal(self, watch: Watch) -> None:
        """The auditor's pages."""
        for key, path in zip(JOURNAL, self._journal_paths(), strict=True):
            watch.note(key, self.auditor.get(path))

    def _journal_paths(self) -> tuple[str, ...]:
        return (
            "/journal",
            f"/journal?after={self.half_way}",
            f"/journal?person={self.busy.reference}",
            "/journal/pictures",
        )


def local(address: str) -> str:
    """A redirect's address without its host."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def in_turns(rounds: int, walks: list[Callable[[int], None]], told: Callable[[int], None]) -> None:
    """Run each walk once a round, so that a drift of the machine's speed meets all alike."""
    for turn in range(rounds):
        for walk in walks:
            walk(turn)
        told(turn + 1)
