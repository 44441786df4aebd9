"""The person's own word on where their money goes, given to somebody else than the helper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from assistedaccess.accounts.models import Account
from assistedaccess.applications import service_payee_confirming
from assistedaccess.applications.models import Application
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.applications.rules import State
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import AlreadyDecided, SomethingFirst
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import service_interests
from assistedaccess.organisations.models import DeclaredInterest, Membership
from assistedaccess.people import service_contact
from assistedaccess.people.models import ContactPoint, Person
from tests.factories import applications as apps
from tests.factories import delegation, people
from tests.factories.changes import get_pending, list_details, release
from tests.integration.test_applications_payee import (
    KEY,
    OLD,
    allow,
    begin,
    claim,
    scene,
    submit,
)

__all__ = ["claim", "scene"]  # fixtures


def test_done_once_it_waits_for_the_persons_word_to_somebody_else(
    app: Flask, scene: apps.Scene, claim: Draft
) -> None:
    allow(scene, reserved=False)
    draft = begin(scene.helper, claim)
    with pytest.raises(Held) as held:
        submit(scene.helper, draft)
    assert "payee_needs_the_persons_word" in held.value.reasons
    pending = get_pending(draft)
    with pytest.raises(SomethingFirst):
        release(pending)

    def confirm(actor: Actor, **more: Any) -> UUID:
        asked = {"version": draft.version, "how": "in_front", "said_yes": True, **more}
        return service_payee_confirming.confirm_payment_details(
            actor=actor, application_id=draft.id, **asked
        )

    with pytest.raises(service_payee_confirming.OwnConfirmation):
        confirm(people.other_account(scene.desk, scene.helper))
    with pytest.raises(NotFound):
        confirm(people.make_helper(people.make_desk("Elsewhere")))
    with pytest.raises(InvalidInput, match="no number"):  # theirs is not 30 days old yet
        confirm(scene.colleague, how="telephone")
    client = apps.signed_in(app, scene.colleague)
    path = f"/applications/{draft.reference}/persons-word"
    assert "There is none." in client.get(path).text
    old = clock.now() - timedelta(days=40)
    run_transaction(lambda: get_session().execute(update(ContactPoint).values(created_at=old)))
    assert "07700 900123" in client.get(path).text
    people.make_kind(scene.colleague, "family")
    with pytest.raises(service_payee_confirming.OwnConfirmation):
        confirm(scene.colleague)
    people.make_kind(scene.colleague, "staff")
    assert apps.post(client, path, {"how": "telephone", "said_yes": "yes"}).status_code == 303
    assert "The change counts from now on." in client.get(path, follow_redirects=True).text
    with reading() as session:
        assert session.get_one(PendingAct, pending.id).state == "released"
    assert len(list_details(claim)) == 2
    assert len(delegation.told(scene.person_id, "payment_details_changed")) == 1


def confirm(scene: apps.Scene, draft: Draft, **more: Any) -> bool:
    """The person says yes to the colleague, who asks them alone."""
    asked = {"version": draft.version, "how": "in_front", "said_yes": True, **more}
    return service_payee_confirming.confirm_payment_details(
        actor=scene.colleague, application_id=draft.id, **asked
    )


def test_what_the_person_has_confirmed_to_somebody_else_goes_on_at_once(
    app: Flask, scene: apps.Scene, claim: Draft
) -> None:
    """A05: a slow change keeps paying an abuser's account."""
    allow(scene)
    draft = begin(scene.helper, claim)
    page = apps.signed_in(app, scene.colleague).get(f"/applications/{draft.reference}").text
    assert "For a colleague: ask the person without the helper" in page
    assert not confirm(scene, draft)  # nothing waits yet
    submit(scene.helper, draft)
    assert len(list_details(claim)) == 2


def test_what_they_confirm_is_this_version_and_a_later_one_waits(
    scene: apps.Scene, claim: Draft
) -> None:
    allow(scene)
    draft = begin(scene.helper, claim)
    confirm(scene, draft)
    run_transaction(  # as anything does that is typed afterwards
        lambda: get_session().execute(
            update(Application)
            .where(Application.id == draft.id)
            .values(version=Application.version + 1, read_back_version=draft.version + 1)
        )
    )
    later = apps.get_draft(scene.helper, draft.reference)
    assert later.version > draft.version
    with pytest.raises(Held, match="another account"):
        submit(scene.helper, later)


def test_what_a_control_still_holds_waits_on_as_it_did(scene: apps.Scene, claim: Draft) -> None:
    """Their word answers for whom it is paid to, and not for a name that is another."""
    allow(scene, reserved=False)
    draft = begin(scene.helper, claim, accountName="A Lovelace")
    with pytest.raises(Held):
        submit(scene.helper, draft)
    pending = get_pending(draft)
    assert not confirm(scene, draft)
    with reading() as session:
        assert session.get_one(PendingAct, pending.id).state == "waiting"
        asked = select(PendingAct.id).where(PendingAct.command.contains("persons_word"))
        assert session.scalar(asked) is None
    assert get_pending(draft).id == pending.id  # its page says that it waits
    assert len(delegation.told(scene.person_id, "payment_details_wait")) == 1
    assert len(list_details(claim)) == 1
    assert release(pending).state == "released"


def test_who_has_a_part_in_it_is_no_second_human(scene: apps.Scene, claim: Draft) -> None:
    """A01, A41, A44: whose account it is, a relative of who asked, who had the person told less."""
    allow(scene)
    draft = begin(scene.helper, claim)

    def refused() -> bool:
        try:
            confirm(scene, draft)
        except service_payee_confirming.OwnConfirmation:
            return True
        return False

    def declare(actor: Actor, **given: Any) -> None:
        made = service_interests.declare_interest(actor=actor, **given)
        assert refused()
        earlier = clock.now() - timedelta(days=29)  # it has not counted for long
        run_transaction(
            lambda: get_session().execute(
                update(DeclaredInterest)
                .where(DeclaredInterest.id == made)
                .values(ended_at=earlier, declared_at=earlier)
            )
        )
        assert not refused()

    declare(scene.colleague, kind="bank_account", sort_code="30-94-30", account_number="12345678")
    with reading() as session:
        rows = session.execute(select(Account.human_id, Account.name)).all()
    names = {row.human_id: row.name for row in rows}
    for one, other in ((scene.helper, scene.colleague), (scene.colleague, scene.helper)):
        name = names[other.human_id].upper()
        declare(one, kind="relative", name=name, relation="partner")
    with reading() as session:
        version = session.get_one(Person, scene.person_id).version
    service_contact.set_safe_contact(
        actor=scene.colleague,
        person_id=scene.person_id,
        version=version,
        contact_is_unsafe=True,
        no_paper_at_home=True,
        person_was_alone=True,
    )
    assert refused()


def test_two_who_always_answer_for_each_other_are_looked_at(
    scene: apps.Scene, claim: Draft
) -> None:
    allow(scene)
    for number in range(3):
        draft = begin(scene.helper, claim, accountNumber=f"1234567{number}")
        confirm(scene, draft)
        submit(scene.helper, draft)
    assert len(list_details(claim)) == 4
    draft = begin(scene.helper, claim, accountNumber="87654321")
    confirm(scene, draft)
    with pytest.raises(Held, match="another account"):
        submit(scene.helper, draft)


def test_the_persons_no_ends_it_at_once_and_one_pair_of_hands_shuts_nobody_out(
    app: Flask, scene: apps.Scene, claim: Draft
) -> None:
    allow(scene, reserved=False)
    draft = begin(scene.helper, claim)
    with pytest.raises(Held):
        submit(scene.helper, draft)
    refused = get_pending(draft)
    service_payee_confirming.confirm_payment_details(
        actor=scene.colleague,
        application_id=draft.id,
        version=draft.version,
        how="in_front",
        said_yes=False,
    )
    assert apps.get_draft(scene.helper, draft.reference).state is State.WITHDRAWN
    assert release(refused).state == "failed"
    assert len(list_details(claim)) == 1

    again = begin(scene.helper, claim)
    with pytest.raises(Held):
        submit(scene.helper, again)
    run_transaction(  # the colleague has left: nobody else helps here
        lambda: get_session().execute(
            update(Membership)
            .where(Membership.id == scene.colleague.membership_id)
            .values(ended_at=clock.now())
        )
    )
    assert release(get_pending(again)).state == "released"


def test_of_a_new_claim_the_account_waits_and_counts_at_their_word(
    app: Flask, scene: apps.Scene, claim: Draft
) -> None:
    """A01: a new claim is no way round what a change of account waits for."""

    def claim_again(number: str) -> Draft:
        reference = apps.start(scene, "assisting", KEY)
        told = {**OLD, "rollNumber": None, "accountNumber": number}
        draft = apps.answer_all(scene.helper, reference, told)
        apps.read_back(scene.helper, draft)
        submit(scene.helper, draft)
        return apps.get_draft(scene.helper, reference)

    sent = claim_again("12345678")
    pending = get_pending(sent)
    assert (pending.reasons, list_details(sent)) == (["payee_elsewhere"], [])
    with pytest.raises(service_payee_confirming.OwnConfirmation):
        service_payee_confirming.confirm_payment_details(
            actor=scene.helper,
            application_id=sent.id,
            version=sent.version,
            how="in_front",
            said_yes=True,
        )
    client = apps.signed_in(app, scene.colleague)
    path = f"/applications/{sent.reference}/persons-word"
    assert path in client.get(f"/applications/{sent.reference}").text
    assert "12345678" in client.get(path).text
    asked = {"how": "in_front", "said_yes": "yes"}
    assert apps.post(client, path, asked).status_code == 303
    assert (len(list_details(sent)), get_pending(sent).state) == (1, "released")
    assert client.get(path).status_code == 303  # nothing is asked any more
    with pytest.raises(AlreadyDecided):
        confirm(scene, sent)

    again = claim_again("87654321")
    assert not confirm(scene, again, said_yes=False)
    assert (get_pending(again).state, list_details(again)) == ("failed", [])
    assert apps.get_draft(scene.helper, again.reference).state == State.SUBMITTED
    with pytest.raises(NotFound):
        confirm(scene, claim)  # of which nothing waited
