"""No password of the person is kept, in whichever field of a helper's page it is typed."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from assistedaccess.consent.models import Consent
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import service as persons
from assistedaccess.people import service_contact, service_identity
from assistedaccess.people.models import Person
from tests.factories import consent as make
from tests.factories import people
from tests.factories.applications import fields_of, soup_of
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app")

TYPED = "Her PIN is 4821"


def refused(field: str, act: Any) -> None:
    with pytest.raises(InvalidInput) as raised:
        act()
    assert raised.value.field == field
    assert "4821" not in str(raised.value.words)


@pytest.mark.parametrize("field", ["support_needs", "best_times", "safe_words", "known_as"])
def test_nobody_is_registered_with_their_password(field: str) -> None:
    helper = people.make_helper(people.make_desk())
    refused(
        field,
        lambda: persons.register_person(
            actor=helper, request_key=new_request_key(), name="Ada Lovelace", **{field: TYPED}
        ),
    )


def test_no_change_of_a_record_adds_one() -> None:
    scene = make.make_scene()
    about = {"actor": scene.helper, "person_id": scene.person_id}
    with reading() as session:
        version = session.get_one(Person, scene.person_id).version
    refused(
        "support_needs",
        lambda: persons.change_person(
            **about, version=version, name="Ada Lovelace", support_needs=TYPED
        ),
    )
    refused(
        "safe_words",
        lambda: service_contact.set_safe_contact(
            **about, version=version, contact_is_unsafe=False, safe_words=TYPED
        ),
    )
    refused(
        "what_was_seen",
        lambda: service_identity.add_identity_evidence(
            **about, kind="passport", level="low", what_was_seen=TYPED
        ),
    )


@pytest.mark.parametrize("field", ["what", "until", "stop", "own_words", "present"])
def test_none_is_among_what_a_person_said_back(field: str) -> None:
    scene = make.make_scene()
    request_id = make.ask(scene.helper, scene.person_id)
    refused(field, lambda: make.read_and_say(scene.helper, request_id, **{field: TYPED}))


def test_none_is_what_the_help_is_for() -> None:
    scene = make.make_scene()
    refused("purpose", lambda: make.ask(scene.helper, scene.person_id, purpose=TYPED))


def test_the_page_says_so_at_the_field_and_keeps_nothing(client: FlaskClient) -> None:
    scene = make.make_scene()
    people.sign_in(client, scene.helper)
    with reading() as session:
        reference = session.get_one(Person, scene.person_id).reference
    persons.state_reason(actor=scene.helper, person_id=scene.person_id, reason="person_is_here")
    address = f"/people/{reference}/help"
    fields = fields_of(soup_of(client.get(address)))
    typed = {"service": make.SERVICE, "purpose": TYPED, "said_yes": "yes"}
    answer = send(client, address, **{**fields, **typed})
    assert 400 <= answer.status_code < 500
    assert "held a password or PIN, which has been taken out" in answer.text
    assert "4821" not in answer.text
    assert "Her …" in answer.text  # masked: what else was typed is not lost
    with reading() as session:
        assert session.query(Consent).count() == 0
