"""A person who was registered twice, and the two humans who merge the records."""

from __future__ import annotations

from uuid import UUID

import pytest

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import (
    service_merging,
)
from tests.factories import consent as make
from tests.factories import people
from tests.support.held import select_held

WHY = "She is here and knows what stands in both"
SAME = {"birth_date": "1950-03-01"}


class Pair:
    """A person who was registered twice at a desk, with a helper and a reviewer."""

    def __init__(self) -> None:
        self.desk = people.make_desk()
        self.helper = people.make_helper(self.desk)
        self.colleague = people.make_helper(self.desk)
        self.reviewer = people.make_helper(self.desk, role="reviewer")
        make.allow_money(self.helper)
        self.merged = self.register("Amina Yusuf", "07700 900001")
        self.kept = self.register("Amina Yusof", "07700 900002")

    def register(self, name: str, number: str, **more) -> UUID:
        point = people.mobile(number, whose="own", is_safe=True)
        return people.make_person(self.helper, name, **{**SAME, "contact_points": [point], **more})

    def ask(self, actor: Actor | None = None) -> PendingAct:
        with pytest.raises(Held):
            service_merging.merge_records(
                actor=actor or self.helper,
                person_id=self.merged,
                kept_person_id=self.kept,
                why=WHY,
            )
        return find_held()

    def merge(self) -> None:
        pending = self.ask()
        done = release_pending_act(
            actor=self.reviewer, pending_act_id=pending.id, reason="I asked her"
        )
        assert done.state == "released", done.words

    def undo(self) -> None:
        with pytest.raises(Held):
            service_merging.undo_merge(
                actor=self.helper, person_id=self.merged, reason="Her sister came"
            )
        release_pending_act(actor=self.reviewer, pending_act_id=find_held().id, reason="I met both")


def find_held() -> PendingAct:
    with reading() as session:
        row = session.scalars(select_held().where(PendingAct.state == "waiting")).one()
        session.expunge(row)
        return row


def casework_note(helper: Actor, case_id: UUID) -> None:
    from assistedaccess.casework.service_entries import add_note

    add_note(actor=helper, case_id=case_id, text="Rang her")
