"""/check/proof: what the square of dots on a receipt proves, in plain words, to anybody."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.audit import Action, sealing
from assistedaccess.audit.proofs import find_proof
from assistedaccess.consent import receipts
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.errors import TooManyAttempts
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record import service_checking
from assistedaccess.my_record.service_checking import ProofChecked
from tests.factories import consent
from tests.factories import delegation as granted
from tests.support.client import PageCheckingClient
from tests.support.journal import list_events
from tests.support.pages import send


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    return app.test_client()


@pytest.fixture
def proof(app: Flask) -> str:
    """What stands in the square of dots on the receipt of a yes."""
    scene = consent.make_scene()
    row = granted.get_delegation(granted.grant(scene.helper, scene.person_id))
    assert row.consent_id is not None
    sealing.seal_all()
    with reading():
        found = find_proof(("consent", row.consent_id), [Action.CONSENT_CONFIRMED])
    assert found is not None
    return found


def check(text: str, address: str = "192.0.2.9") -> ProofChecked | None:
    return service_checking.check_proof(actor=PUBLIC, text=text, address=address)


def test_a_proof_that_holds_says_which_entry_and_who_signed(proof: str) -> None:
    checked = check(proof)
    assert checked is not None
    assert 1 <= checked.number <= checked.size
    assert checked.signer
    (event,) = list_events("receipt.checked")
    assert (event.reason_code, event.person_id, event.subject_id) == ("proof_holds", None, None)


def test_as_a_telephone_or_a_browser_spells_it_it_holds_too(proof: str) -> None:
    assert check(proof.replace("\n", "\r\n")) == check(f"\n{proof.rstrip()}\n\n") == check(proof)


@pytest.mark.parametrize("spoil", ["cut", "other place", "other bytes", "no proof", "other key"])
def test_a_proof_that_was_tampered_with_proves_nothing(proof: str, spoil: str) -> None:
    lines = proof.split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("index "))
    altered = {
        "cut": proof[: len(proof) // 2],
        "other place": proof.replace(lines[at], f"index {int(lines[at][6:]) + 1}"),
        "other bytes": proof.replace(lines[1], f"extra {'A' * 43}="),
        "no proof": "I promise that it is true",
        "other key": proof.rstrip()[:-8] + "AAAAAAA=",
    }[spoil]
    assert altered != proof
    assert check(altered) is None


def test_the_page_names_nobody_and_says_what_is_not_proved(client: FlaskClient, proof: str) -> None:
    assert "Check the proof in the square of dots" in client.get("/check").text
    assert client.get("/check/proof").status_code == 200
    page = send(client, "/check/proof", proof=proof)
    assert "The proof holds" in page.text
    assert "does not prove that the yes still holds" in page.text
    for private in ("Ada", "Lovelace", "Harriet", "Badge"):
        # As a word: three letters may stand in the random ones of a form's token.
        assert not re.search(rf"\b{private}\b", page.text.replace(proof, ""))
    assert "This proves nothing here" in send(client, "/check/proof", proof="nonsense").text
    assert send(client, "/check/proof", proof="").status_code == 400


def test_tries_are_counted_together_with_those_of_codes(proof: str) -> None:
    for _number in range(receipts.TRIES.tries):
        check("nonsense", "192.0.2.10")
    with pytest.raises(TooManyAttempts):
        check(proof, "192.0.2.10")
    assert check(proof, "192.0.2.11") is not None


def test_the_foot_of_each_page_leads_to_both(client: FlaskClient) -> None:
    page = client.get("/privacy").text
    foot = page[page.index("<footer class") :]
    assert 'href="/check"' in foot
    assert 'href="/my-record"' in foot
