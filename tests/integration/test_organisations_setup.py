"""Organisations, remits and declarations."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.access import PermissionMissing
from assistedaccess.approvals import describe
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.sealing import open_arguments
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.kernel import canonical, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import queries, service
from assistedaccess.organisations.models import DeclaredInterest, Organisation
from assistedaccess.organisations.queries_members import find_declared, list_own_interests
from assistedaccess.organisations.rules import CheckLevel, Course
from tests.factories.organisations import (
    MadeOrganisation,
    actor_of,
    make_actor,
    make_member,
    make_organisation,
)

pytestmark = pytest.mark.usefixtures("app")

UNCHANGED = {
    "kind": "council",
    "nation": "england",
    "required_courses": [],
    "training_valid_months": 12,
    "required_check": None,
    "check_valid_months": 36,
    "is_pool": False,
}


@pytest.fixture
def organisation(app: Flask) -> MadeOrganisation:
    return make_organisation()


def stored(organisation: MadeOrganisation) -> Organisation:
    with reading() as session:
        row = session.get_one(Organisation, organisation.id)
        session.expunge(row)
        return row


def test_a_manager_renames_their_own_alone(organisation: MadeOrganisation) -> None:
    manager = make_actor(organisation, "manager")
    service.change_organisation(
        actor=manager, organisation_id=organisation.id, name="Milltown", version=1, **UNCHANGED
    )
    assert stored(organisation).name == "Milltown"
    with pytest.raises(StaleVersion):
        service.change_organisation(
            actor=manager, organisation_id=organisation.id, name="Hill", version=1, **UNCHANGED
        )
    with pytest.raises(NotFound):
        service.change_organisation(
            actor=manager, organisation_id=make_organisation().id, name="Mine", **UNCHANGED
        )
    with pytest.raises(PermissionMissing):
        service.create_organisation(actor=manager, name="Another", kind="charity", nation="wales")


@pytest.mark.parametrize(
    "change",
    [
        {"required_check": CheckLevel.BASIC},
        {"required_courses": [Course.DATA_PROTECTION]},
        {"training_valid_months": 120},
        {"check_valid_months": 1},
    ],
)
def test_nobody_changes_alone_what_is_asked_of_helpers(
    organisation: MadeOrganisation, change: dict[str, object]
) -> None:
    for role in ("manager", "administrator"):
        actor = make_actor(organisation, role)
        with pytest.raises(Held) as held:
            service.change_organisation(
                actor=actor,
                organisation_id=organisation.id,
                name="Milltown",
                **{**UNCHANGED, **change},
            )
        assert held.value.pending_reference.startswith("W-")
    assert stored(organisation).version == 1


def test_a_name_changed_meanwhile_stays_and_does_not_end_what_waits(
    organisation: MadeOrganisation,
) -> None:
    manager = make_actor(organisation, "manager")

    def change(name: str, **more: Any) -> None:
        service.change_organisation(
            actor=manager,
            organisation_id=organisation.id,
            name=name,
            version=stored(organisation).version,
            **{**UNCHANGED, **more},
        )

    reviewer = make_actor(organisation, "reviewer")
    change("Milltown")
    with pytest.raises(Held):
        change("Milltown", required_check="basic")
    change("Milltown Borough")
    with reading() as session:
        (waiting,) = session.scalars(select(PendingAct))
        rows = describe.describe(waiting.command, open_arguments(waiting)).rows
    assert [str(label) for label, _ in rows] == ["Organisation", "Background check"]
    release_pending_act(actor=reviewer, pending_act_id=waiting.id, reason="It is right")
    assert (stored(organisation).name, stored(organisation).required_check) == (
        "Milltown Borough",
        "basic",
    )


def test_only_an_administrator_shares_reviewers_and_says_what_it_is_registered_for(
    organisation: MadeOrganisation,
) -> None:
    manager = make_actor(organisation, "manager")
    service.change_organisation(
        actor=manager,
        organisation_id=organisation.id,
        name="Milltown",
        **{**UNCHANGED, "is_pool": True, "regulated_help": ["debt"]},
    )
    assert not stored(organisation).is_pool
    assert stored(organisation).regulated_help == []
    for more in ({"is_pool": True}, {"regulated_help": ["debt"]}):
        with pytest.raises(Held):
            service.change_organisation(
                actor=make_actor(organisation, "administrator"),
                organisation_id=organisation.id,
                name="Milltown",
                **{**UNCHANGED, **more},
            )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"kind": "bank"}, "kind"),
        ({"nation": "france"}, "nation"),
        ({"required_courses": ["karate"]}, "required_courses"),
        ({"training_valid_months": 0}, "training_valid_months"),
        ({"check_valid_months": 121}, "check_valid_months"),
        ({"required_check": "aura"}, "required_check"),
    ],
)
def test_what_no_rule_allows_is_told_at_its_field(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_organisation(**wrong)
    assert refused.value.field == field


@pytest.mark.parametrize("spans", ["all day", [["9"]], [[1, 2]]])
def test_hours_are_times(organisation: MadeOrganisation, spans: object) -> None:
    hours = {"monday": spans}
    with pytest.raises(InvalidInput):
        service.add_site(
            actor=SYSTEM, organisation_id=organisation.id, name="x", address="x", hours=hours
        )


def test_nobody_audits_their_own(organisation: MadeOrganisation) -> None:
    administrator = make_actor(make_organisation(), "administrator")
    with pytest.raises(InvalidInput):
        service.add_audit_remit(
            actor=administrator,
            auditing_organisation_id=organisation.id,
            audited_organisation_id=organisation.id,
        )
    other = make_organisation()
    remit = {
        "actor": administrator,
        "auditing_organisation_id": other.id,
        "audited_organisation_id": organisation.id,
    }
    remit_id = service.add_audit_remit(**remit)
    with reading():
        assert queries.list_audited_organisations(other.id) == [organisation.id]
    with pytest.raises(InvalidInput):
        service.add_audit_remit(**remit)
    service.end_audit_remit(actor=administrator, audit_remit_id=remit_id)
    with reading():
        assert queries.list_audited_organisations(other.id) == []
    service.add_audit_remit(**remit)


def test_no_organisation_closes_itself(organisation: MadeOrganisation) -> None:
    with pytest.raises(InvalidInput):
        service.close_organisation(
            actor=make_actor(organisation, "administrator"),
            organisation_id=organisation.id,
            reason="No reason",
        )


@pytest.fixture
def helper(organisation: MadeOrganisation) -> Actor:
    return make_actor(organisation, "helper")


def test_an_own_account_is_found_by_its_fingerprint_alone(helper: Actor) -> None:
    service.declare_interest(
        actor=helper, kind="bank_account", sort_code="30-94-30", account_number="12345678"
    )
    spelling = canonical.canonical_bank_account("309430", "1234 5678")
    assert spelling is not None
    with reading() as session:
        row = session.query(DeclaredInterest).one()
        assert b"12345678" not in row.value
        same = encryption.fingerprint(canonical.BANK_ACCOUNT, spelling)
        assert helper.human_id is not None
        assert find_declared(helper.human_id, fingerprint=same) == row.id
        assert [interest.value for interest in list_own_interests(helper)] == [spelling]
    with pytest.raises(InvalidInput, match="already"):
        service.declare_interest(
            actor=helper, kind="bank_account", sort_code="309430", account_number="12345678"
        )


def test_a_declaration_counts_for_the_human_whichever_account(
    organisation: MadeOrganisation,
) -> None:
    first = make_member(organisation, "helper")
    second = make_member(organisation, "helper", human_id=first.human_id)
    service.declare_interest(
        actor=actor_of(first, "helper"),
        kind="relative",
        name="Ada Smith",
        relation="parent",
        person_reference=None,
    )
    with reading():
        interests = list_own_interests(actor_of(second, "helper"))
    # It counts, and can be ended; what it says is read by the account that said it alone.
    assert [(one.kind, one.value, one.relation) for one in interests] == [("relative", None, None)]
    with reading():
        (own,) = list_own_interests(actor_of(first, "helper"))
    assert own.value == "Ada Smith"
    service.end_interest(actor=actor_of(second, "helper"), interest_id=interests[0].id)
    with reading():
        assert list_own_interests(actor_of(first, "helper")) == []


def test_nobody_ends_anothers_declaration(organisation: MadeOrganisation, helper: Actor) -> None:
    interest_id = service.declare_interest(
        actor=helper, kind="contact_point", contact_point="07700 900123"
    )
    with pytest.raises(NotFound):
        service.end_interest(actor=make_actor(organisation, "helper"), interest_id=interest_id)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "secret"}, "kind"),
        ({"kind": "relative", "name": ""}, "name"),
        ({"kind": "relative", "name": "Ada", "relation": "boss"}, "relation"),
        (
            {
                "kind": "relative",
                "name": "Ada",
                "relation": "child",
                "person_reference": "P-0000-0001",
            },
            "person_reference",
        ),
        ({"kind": "bank_account", "sort_code": "1", "account_number": "1"}, "account_number"),
        ({"kind": "contact_point", "contact_point": "somewhere"}, "contact_point"),
        ({"kind": "contact_point", "contact_point": "a@b"}, "contact_point"),
    ],
)
def test_a_wrong_declaration_is_told_at_its_field(
    helper: Actor, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.declare_interest(actor=helper, **wrong)  # type: ignore[arg-type]
    assert refused.value.field == field
