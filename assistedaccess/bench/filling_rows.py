"""The rows of one person and of all that hangs on them, as the commands would write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from assistedaccess.applications.answers import seal_page
from assistedaccess.applications.models import AnswerPage, Application, RecordOfHelp
from assistedaccess.casework.models import Case, Note, Task
from assistedaccess.consent import queries as consents
from assistedaccess.consent import rules as consent_rules
from assistedaccess.consent import rules_terms
from assistedaccess.consent.models import Consent, Visit
from assistedaccess.consent.rules import HolderKind, Mode, Power
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Base
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.people import inputs, rows
from assistedaccess.people.models import Person

from .answering import Answered
from .cast import MadePerson

FIRST = ("Ada", "Bryn", "Carol", "Dennis", "Elaine", "Fatima", "Gareth", "Hilda", "Ivor", "Joyce")
LAST = ("Appleyard", "Begum", "Clarke", "Doyle", "Evans", "Finch", "Greenhalgh", "Holt", "Ibrahim")
SAVED = 3
"""Pages saved of a draft; of those of the first helper's people, all."""
SERVICES = ("attendance-allowance", "council-tax-reduction")
Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass(frozen=True)
class Form:
    """A form in force, and its pages answered."""

    id: UUID
    answered: Answered


class PersonRows:
    """The rows of the person of that number, put into ``found`` by their tables.

    A person of the first helper gets everything in full: theirs are the pages that are measured.
    """

    def __init__(
        self, number: int, actor: Actor, found: Rows, forms: dict[str, Form], today: date
    ) -> None:
        self.number = number
        self.today = today
        self.actor = actor
        self.found = found
        self.forms = forms
        self.person_id = new_id()
        self.case_id = new_id()
        self.delegation_id = new_id()
        self.birth = f"{1925 + number % 75}-{1 + number % 12:02}-{1 + number % 28:02}"
        self.name = (
            f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]} "
            f"{LAST[number // 90 % len(LAST)]}"
        )
        self.entered = inputs.read_person(
            name=self.name,
            known_as=None,
            birth_date=self.birth,
            nation="england",
            housing="address",
            address={"line_1": f"{number} Mill Lane", "town": "Hilltown", "postcode": "LS1 4AP"},
            national_insurance_number=None,
            language="en",
            spoken_language="en",
            formats=["large_print"] if number % 5 == 0 else [],
            support_needs="Reads slowly" if number % 3 == 0 else None,
            hearing=[],
        )

    def fill(self, helper: int, *, is_fresh: bool) -> MadePerson:
        """All rows of this person; ``is_fresh``: nothing is begun of what a walk begins."""
        reference = self._person()
        case = self._case()
        self._story()
        consent_id = self._consent()
        delegation = self._delegation(consent_id)
        application = self._application(None if is_fresh else SAVED)
        if self.number % 2 == 0:
            self._record_of_help(consent_id)
        return MadePerson(
            self.person_id,
            reference,
            self.name,
            self.birth,
            case,
            delegation,
            application,
            helper,
        )

    def _add(self, table: type[Base], **values: Any) -> None:
        self.found[table].append(values)

    def _seal(self, field: str, text: str) -> bytes:
        return encryption.seal(self.person_id, field, text)

    @property
    def _place(self) -> dict[str, Any]:
        return {"organisation_id": self.actor.organisation_id, "site_id": self.actor.site_id}

    def _person(self) -> str:
        reference, now = new_reference("P"), clock.now()
        self._add(
            Person,
            id=self.person_id,
            reference=reference,
            **rows.person_columns(self.person_id, self.entered),
            hides_address=False,
            needs_interpreter=False,
            contact_is_unsafe=False,
            no_messages_left=False,
            no_paper_at_home=False,
            created_at=now,
            created_by_account_id=self.actor.account_id,
            created_by_human_id=self.actor.human_id,
            created_by_organisation_id=self.actor.organisation_id,
            changed_at=now,
            version=1,
        )
        return reference

    def _case(self) -> str:
        reference, today = new_reference("C"), clock.today()
        self._add(
            Case,
            id=self.case_id,
            reference=reference,
            **self._place,
            person_id=self.person_id,
            need=self._seal("case.need", "Help with a form that is only online"),
            service=None,
            why_help="no_device,no_skill",
            first_contact_on=today,
            keep_date_by=today + timedelta(days=42) if self.number % 3 == 0 else None,
            state="waiting" if self.number % 7 == 3 else "open",
            opened_at=clock.now(),
            opened_by=self.actor.account_id,
            assigned_to=self.actor.account_id,
            version=1,
        )
        return reference

    def _story(self) -> None:
        for said in range(3):
            self._add(
                Note,
                id=new_id(),
                organisation_id=self.actor.organisation_id,
                case_id=self.case_id,
                sealed_for=self.person_id,
                text=self._seal("note.text", f"Rang about the papers, {said + 1}. Will come back."),
                kind="ordinary",
                author_id=self.actor.account_id,
                author_human_id=self.actor.human_id,
                written_at=clock.now(),
            )
        self._add(
            Task,
            id=new_id(),
            organisation_id=self.actor.organisation_id,
            case_id=self.case_id,
            person_id=self.person_id,
            what=self._seal("task.what", "Bring the last two payslips"),
            due_on=self.today + timedelta(days=self.number % 24 - 3),
            assigned_to=self.actor.account_id,
            added_at=clock.now(),
            added_by=self.actor.account_id,
        )

    def _consent(self) -> UUID:
        """A yes to be represented, before a witness, with its visit."""
        now, consent_id, visit_id = clock.now(), new_id(), new_id()
        self._add(
            Visit,
            id=visit_id,
            person_id=self.person_id,
            account_id=self.actor.account_id,
            human_id=self.actor.human_id,
            **self._place,
            place_id=self.actor.site_id or self.actor.organisation_id,
            channel="in_person",
            visited_on=clock.today(),
            started_at=now,
            ended_at=now + timedelta(minutes=20),
        )
        terms = self._terms()
        statement = consents.get_statement(Mode.REPRESENTING, "en")
        assessment = consent_rules.compute_strength(
            consent_rules.Evidence(way="witness", own_part=consent_rules.OwnPart.SIGNED)
        )
        holder = self.actor.account_id or self.person_id
        self._add(
            Consent,
            id=consent_id,
            reference=new_reference("K"),
            mode=str(Mode.REPRESENTING),
            person_id=self.person_id,
            visit_id=visit_id,
            account_id=self.actor.account_id,
            human_id=self.actor.human_id,
            organisation_id=self.actor.organisation_id,
            **self._agreed(terms),
            purpose=self._seal("consent.purpose", terms.purpose),
            statement_id=statement.id,
            statement_hash=statement.text_hash,
            terms_hash=rules_terms.hash_terms(self.person_id, holder, terms, statement.text_hash),
            language="en",
            read_began_at=now,
            read_ended_at=now,
            said=consents.seal_json(self.person_id, "consent.said", {"own_words": "Yes, do"}),
            way="witness",
            evidence=consents.seal_json(self.person_id, "consent.evidence", {"witness": "A"}),
            strength=str(assessment.strength),
            reasons=assessment.codes,
            policy_version=consents.get_policy().version,
            recorded_at=now,
        )
        return consent_id

    def _terms(self) -> rules_terms.Terms:
        return rules_terms.Terms(
            holder_kind=HolderKind.ACCOUNT,
            services=SERVICES,
            powers=(Power.SEE, Power.FILL_IN, Power.SUBMIT),
            until_on=self.today + timedelta(days=200),
            purpose="Help with my council tax while I am in and out of hospital",
        )

    @staticmethod
    def _agreed(terms: rules_terms.Terms) -> dict[str, Any]:
        return {
            "holder_kind": str(terms.holder_kind),
            "services": list(terms.services),
            "powers": [str(power) for power in terms.powers],
            "until_on": terms.until_on,
            "is_one_task": False,
        }

    def _delegation(self, consent_id: UUID) -> str:
        reference, now = new_reference("D"), clock.now()
        agreed = self._agreed(self._terms())
        self._add(
            Delegation,
            id=self.delegation_id,
            reference=reference,
            person_id=self.person_id,
            consent_id=consent_id,
            organisation_id=self.actor.organisation_id,
            chain_id=self.delegation_id,
            edition=1,
            holder_account_id=self.actor.account_id,
            holder_human_id=self.actor.human_id,
            starts_at=now,
            expires_at=clock.end_of_day(agreed.pop("until_on")),
            **agreed,
            granted_at=now,
            granted_by=self.actor.account_id,
            version=1,
        )
        return reference

    def _application(self, pages: int | None) -> str:
        """A draft with so many pages saved; None: all of them."""
        application_id, now = new_id(), clock.now()
        reference = new_reference("A")
        service = SERVICES[0] if pages is None else SERVICES[self.number % len(SERVICES)]
        by = {"authority_kind": "delegation", "authority_id": self.delegation_id}
        form = self.forms[service]
        self._add(
            Application,
            id=application_id,
            reference=reference,
            **self._place,
            case_id=self.case_id,
            person_id=self.person_id,
            service=service,
            form_definition_id=form.id,
            mode=str(Mode.REPRESENTING),
            **by,
            language="en",
            state="draft",
            version=len(form.answered[:pages]) + 1,
            started_at=now,
            started_by=self.actor.account_id,
            started_by_human=self.actor.human_id,
            changed_at=now,
            changed_by=self.actor.account_id,
        )
        for path, answers in form.answered[:pages]:
            self._add(
                AnswerPage,
                application_id=application_id,
                path=path,
                answers=seal_page(self.person_id, application_id, path, answers, []),
                version=1,
                saved_at=now,
                saved_by=self.actor.account_id,
                **by,
            )
        return reference

    def _record_of_help(self, consent_id: UUID) -> None:
        record_id = new_id()
        facts = {"service": "Bus pass", "asked": "A new pass", "their_reference": "", "note": ""}
        self._add(
            RecordOfHelp,
            id=record_id,
            reference=new_reference("R"),
            **self._place,
            case_id=self.case_id,
            person_id=self.person_id,
            service=None,
            facts=consents.seal_json(self.person_id, f"record_of_help.facts.{record_id}", facts),
            word="here",
            mode=str(Mode.ASSISTING),
            authority_kind="consent",
            authority_id=consent_id,
            was_sent=True,
            made_at=clock.now(),
            made_by=self.actor.account_id,
            made_by_human=self.actor.human_id,
        )
