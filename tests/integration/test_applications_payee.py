"""Where money is paid: on the reserved power or done once, held and released, and kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from assistedaccess.applications import service_payee
from assistedaccess.applications.models import Application
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.applications.rules import NotFit, State
from assistedaccess.audit.models import AuditEvent
from assistedaccess.delegation import service_stops
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.rules import NoAuthority, OutOfScope
from assistedaccess.kernel import canonical, clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations.rules import BarredListCheckNeeded
from assistedaccess.organisations.service_interests import declare_interest
from tests.factories import applications as apps
from tests.factories import consent, delegation, people, record
from tests.factories.changes import (
    get_pending,
    hear,
    list_details,
    release,
    reviewer_of,
    send,
)
from tests.support.statements import counted_statements

KEY = "universal-credit"
OLD = {
    "ageGroup": "working",
    "hasAccount": "yes",
    "accountName": "Ada Lovelace",
    "sortCode": "089999",
    "accountNumber": "66374958",
    "rollNumber": "A/12",
}
NEW = {
    "payInto": "account",
    "accountName": "Ada Lovelace",
    "bankName": None,
    "sortCode": "30-94-30",
    "accountNumber": "12345678",
    "rollNumber": None,
    "accountOf": "own",
}


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    made = apps.make_scene(KEY)
    people.make_helper(made.desk, "reviewer")
    return made


@pytest.fixture
def claim(scene: apps.Scene) -> Draft:
    """Universal Credit, paid into an account of a building society; sent days ago."""
    with clock.set_clock(clock.now()):
        reference = apps.start(scene, "assisting", KEY)
        draft = apps.answer_all(scene.helper, reference, OLD)
        apps.read_back(scene.helper, draft)
        apps.submit(scene.helper, draft)
        sent = apps.get_draft(scene.helper, reference)
    earlier = clock.now() - timedelta(days=5)
    run_transaction(
        lambda: get_session().execute(
            update(Application).where(Application.id == sent.id).values(submitted_at=earlier)
        )
    )
    return apps.get_draft(scene.helper, reference)


def allow(scene: apps.Scene, *, reserved: bool = True) -> UUID:
    """A delegation to report changes; with the reserved power as a strong yes would give it."""
    granted = delegation.grant(
        scene.helper, scene.person_id, services=[KEY], powers=["see", "report_change"]
    )
    if reserved:
        run_transaction(lambda: _give_power(granted))
    return granted


def _give_power(delegation_id: UUID) -> None:
    row = get_session().get_one(Delegation, delegation_id)
    row.powers = [*row.powers, "change_payment_details"]


def begin(actor: Actor, claim: Draft, **answers: Any) -> Draft:
    """A change of payment details, all answered and heard."""
    made = service_payee.start_payment_details(actor=actor, application_id=claim.id)
    reference = apps.reference_of(made)
    apps.answer_all(actor, reference, {**NEW, **answers})
    return hear(actor, reference)


def submit(actor: Actor, draft: Draft) -> UUID:
    return apps.submit(actor, draft)


def test_another_account_waits_is_told_at_once_and_counts_from_the_release(
    app: Flask, scene: apps.Scene, claim: Draft, database: Database
) -> None:
    (first,) = list_details(claim)  # what the claim itself named
    with pytest.raises(NoAuthority):
        begin(scene.helper, claim)
    granted = allow(scene)
    key = new_request_key()
    for _ in range(2):
        made = service_payee.start_payment_details(
            actor=scene.helper, application_id=claim.id, request_key=key
        )
    reference = apps.reference_of(made)
    apps.answer_all(scene.helper, reference, NEW)
    draft = hear(scene.helper, reference)
    assert [part.title for part in draft.account_parts] == [
        "Sort code",
        "Account number",
        "Roll number",
    ]
    for _ in range(2):  # the double click waits once
        with pytest.raises(Held) as held:
            submit(scene.helper, draft)
    assert set(held.value.reasons) == {"payee_changed"}
    pending = get_pending(draft)
    assert abs(pending.due_at - pending.asked_at - timedelta(hours=72)) < timedelta(minutes=1)
    assert len(delegation.told(scene.person_id, "payment_details_wait")) == 1
    assert apps.get_draft(scene.helper, reference).state is State.DRAFT
    assert len(list_details(claim)) == 1

    client = apps.signed_in(app, scene.helper)
    for path in ("", "/check-answers", "/print", "/declaration"):
        with counted_statements(database) as statements:
            shown = client.get(f"/applications/{reference}{path}").get_data(as_text=True)
        words = "Account number: another one. It was 6 6 3 7 4 9 5 8 and is 1 2 3 4 5 6 7 8."
        assert words in shown, path
        assert len(statements) <= 12, path
    page = client.get(f"/applications/{reference}").text
    assert pending.reference in page
    assert "Nothing has changed until then" in page
    review = apps.signed_in(app, reviewer_of(pending))
    shown = review.get(f"/reviews/{pending.reference}").text
    assert "account ending in 678" in shown
    assert "account ending in 958" in shown
    assert "12345678" not in shown

    assert release(pending).state == "released"
    first, now = list_details(claim)
    with reading():
        expected = encryption.fingerprint(canonical.BANK_ACCOUNT, "309430 12345678")
    assert now.fingerprint == expected != first.fingerprint
    assert b"12345678" not in (now.account or b"")
    assert now.name_check == "match"
    assert len(delegation.told(scene.person_id, "payment_details_changed")) == 1
    with reading() as session:
        event = session.scalars(
            select(AuditEvent).filter_by(action="payment_details.changed")
        ).one()
        assert (event.account_id, event.authority_id) == (scene.helper.account_id, granted)
    opened = record.read(scene.helper, scene.person_id)
    (line,) = [one for one in opened.record.lines if "changed where your money" in str(one.words)]
    assert ["••• 678"] in [each["after"] for each in line.differences]
    told = apps.signed_in(app, scene.helper).get(f"/cases/{scene.case.reference}").text
    assert "Where the money is paid" in told
    assert "••• 678" in told
    assert "12345678" not in told


def test_revoked_while_it_waits_and_changed_while_it_waits_release_nothing(
    scene: apps.Scene, claim: Draft
) -> None:
    granted = allow(scene)
    draft = begin(scene.helper, claim)
    with pytest.raises(Held):
        submit(scene.helper, draft)
    stale = get_pending(draft)
    page = draft.definition.pages["/account"]
    other = apps.posted_for(draft, page, {**NEW, "accountNumber": "87654321"})
    apps.save(scene.helper, draft.reference, "/account", other)
    assert release(stale).state == "failed"  # another account than the one that was reviewed
    draft = hear(scene.helper, draft.reference)
    with pytest.raises(Held):
        submit(scene.helper, draft)
    service_stops.end_delegation(actor=scene.colleague, delegation_id=granted, how="telephone")
    assert release(get_pending(draft)).state == "failed"
    assert len(list_details(claim)) == 1


def test_a_helpers_own_account_is_refused_and_a_colleagues_waits(
    scene: apps.Scene, claim: Draft
) -> None:
    allow(scene)
    own = {"kind": "bank_account", "sort_code": "30 94 30", "account_number": "12345678"}
    declare_interest(actor=scene.helper, **own)
    draft = begin(scene.helper, claim)
    with pytest.raises(Refused) as refused:
        submit(scene.helper, draft)
    assert refused.value.code == "payee_is_helper"
    assert "appointee" in refused.value.next_step

    # The same sort code and number with a roll number is another account: a society shares them.
    page = draft.definition.pages["/account"]
    rolled = apps.posted_for(draft, page, {**NEW, "rollNumber": "7/X"})
    apps.save(scene.helper, draft.reference, "/account", rolled)
    declare_interest(actor=scene.colleague, **own, roll_number="7X")
    draft = hear(scene.helper, draft.reference)
    with pytest.raises(Held) as held:
        submit(scene.helper, draft)
    assert {"payee_is_a_helper", "payee_changed"} <= set(held.value.reasons)
    assert get_pending(draft).drawn_human_id != scene.colleague.human_id


@pytest.mark.parametrize(
    ("answers", "reasons"),
    [
        ({"accountName": "A Lovelace"}, {"payee_changed", "payee_name"}),
        ({"accountName": "Bertha Smith", "accountOf": "joint"}, {"payee_changed", "payee_name"}),
        (
            {"accountName": "Bertha Smith", "accountOf": "other", "payeeAuthority": "her"},
            {"payee_changed", "payee_is_somebody_else"},
        ),
        ({"payInto": "none", "withoutAccount": "exception"}, set()),
    ],
)
def test_why_it_waits_and_who_has_no_account_is_not_turned_away(
    scene: apps.Scene, claim: Draft, answers: dict[str, Any], reasons: set[str]
) -> None:
    allow(scene)
    draft = begin(scene.helper, claim, **answers)
    if reasons:
        with pytest.raises(Held) as held:
            submit(scene.helper, draft)
        assert set(held.value.reasons) == reasons
        return
    submit(scene.helper, draft)
    assert list_details(claim)[-1].without == "exception"
    assert list_details(claim)[-1].account is None


def test_a_slip_of_the_pen_is_put_right_the_same_day(scene: apps.Scene, claim: Draft) -> None:
    run_transaction(
        lambda: get_session().execute(
            update(Application).where(Application.id == claim.id).values(submitted_at=clock.now())
        )
    )
    allow(scene)
    slip = {"sortCode": "08-99-99", "accountNumber": "66374985", "rollNumber": "A/12"}
    submit(scene.helper, begin(scene.helper, claim, **slip))
    assert list_details(claim)[-1].name_check == "match"
    assert len(delegation.told(scene.person_id, "payment_details_changed")) == 1


def test_what_the_law_and_the_form_ask_stands(app: Flask, scene: apps.Scene, claim: Draft) -> None:
    volunteer = people.make_helper(scene.desk)
    delegation.grant(
        scene.helper,
        scene.person_id,
        services=[KEY],
        powers=["see", "report_change"],
        holder_kind="organisation",
    )
    with pytest.raises(BarredListCheckNeeded):  # whichever power it would rest on
        service_payee.start_payment_details(actor=volunteer, application_id=claim.id)
    badge = apps.make_scene()
    sent = send(badge)
    with pytest.raises(InvalidInput, match="Nothing is paid"):
        service_payee.start_payment_details(actor=badge.helper, application_id=sent.id)
    with pytest.raises((NoAuthority, OutOfScope, NotFound)):
        service_payee.start_payment_details(actor=badge.helper, application_id=claim.id)


def test_a_change_report_leaves_the_account_alone(app: Flask) -> None:
    from tests.integration.test_applications_changes import allow as allow_changes
    from tests.integration.test_applications_changes import begin as begin_change

    scene = apps.make_scene("pension-credit")
    reference = apps.start(scene, "assisting", "pension-credit")
    draft = apps.answer_all(scene.helper, reference, {**OLD, "hasAccount": "yes"})
    apps.read_back(scene.helper, draft)
    apps.submit(scene.helper, draft)
    allow_changes(scene, "pension-credit")
    change = begin_change(scene.helper, draft)
    page = change.definition.pages["/account"]
    other = apps.posted_for(change, page, {**OLD, "accountNumber": "11111111"})
    with pytest.raises(NotFit, match="changed on its own"):
        apps.save(scene.helper, change.reference, "/account", other)
    assert consent.list_told(scene.person_id)
