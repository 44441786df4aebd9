"""The code on a receipt, /check, and the JSON record of a consent."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from assistedaccess.audit import sealing
from assistedaccess.audit.proofs import find_event
from assistedaccess.consent import receipts
from assistedaccess.consent.service_viewing import print_receipt
from assistedaccess.delegation import service as delegation
from assistedaccess.delegation.service_life import suspend_holder
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.errors import TooManyAttempts
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.kernel.working_days import add_months
from assistedaccess.my_record import consent_record, service_checking
from assistedaccess.my_record.service_checking import Standing
from tests.factories import consent, people
from tests.factories import delegation as granted
from tests.support.client import PageCheckingClient
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.statements import counted_statements

CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")


@pytest.fixture
def scene(app):
    return consent.make_scene(nation="england")


@pytest.fixture
def client(app) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    return app.test_client()


def print_code(actor, consent_id) -> str:
    reference = consent.get_consent(consent_id).reference
    return print_receipt(actor=actor, reference=reference).check_code


def check(code: str, address: str = "192.0.2.7") -> service_checking.Checked:
    return service_checking.check_receipt(actor=PUBLIC, code=code, address=address)


def test_a_receipt_is_valid_until_it_is_stopped_or_runs_out(scene) -> None:
    row = granted.get_delegation(granted.grant(scene.helper, scene.person_id))
    code = print_code(scene.helper, row.consent_id)
    assert CODE.fullmatch(code)
    assert print_code(scene.helper, row.consent_id) == code  # a second print says the same
    for spelt in (code, code.lower(), code.replace("-", " ")):
        assert check(spelt).standing is Standing.VALID
    delegation.freeze(
        actor=scene.colleague, person_id=scene.person_id, how="in_front", is_proven=True
    )
    assert check(code).standing is Standing.ENDED
    elsewhere = people.make_helper(people.make_desk("Hillside"))
    delegation.lift(actor=elsewhere, person_id=scene.person_id, how="in_front")
    assert check(code).standing is Standing.VALID
    run_transaction(
        lambda: suspend_holder(
            scene.helper.account_id, scene.helper.organisation_id, ("delegation", row.id)
        )
    )
    assert check(code).standing is Standing.ENDED  # the helper left: nobody can act on it
    delegation.end_delegation(actor=elsewhere, delegation_id=row.id, how="telephone")
    ended = check(code)
    assert (ended.standing, ended.until) == (Standing.ENDED, clock.today())


def test_a_receipt_rests_once_a_check_in_was_missed(scene) -> None:
    until = add_months(clock.today(), 12)
    row = granted.get_delegation(
        granted.grant(scene.helper, scene.person_id, powers=["see"], until_on=until)
    )
    code = print_code(scene.helper, row.consent_id)
    for days, standing in ((-1, Standing.VALID), (1, Standing.ENDED)):
        later = clock.start_of_day(row.check_in_on + timedelta(days=days))
        with clock.set_clock(later):
            assert check(code).standing is standing


def test_a_receipt_of_one_visit_ends_with_its_day(scene) -> None:
    code = print_code(scene.helper, consent.assist(scene.helper, scene.person_id))
    assert check(code).standing is Standing.VALID
    with clock.set_clock(clock.now() + timedelta(days=1)):
        assert check(code).standing is Standing.ENDED


def test_what_has_not_begun_and_what_never_was_are_unknown_alike(scene, database, client) -> None:
    waiting = print_code(scene.helper, consent.represent(scene.helper, scene.person_id))
    check("AAAAA-AAAAB")  # what a process learns once
    costs = []
    pages = []
    for typed in (waiting, "AAAAA-AAAAA", "7", "<script>", "é" * 20):
        with counted_statements(database) as statements:
            assert check(typed).standing is Standing.UNKNOWN
        costs.append(len(statements))
        answer = send(client, "/check", receipt=typed)
        assert answer.status_code == 200
        words = re.sub(r'value="[^"]*"|nonce="[^"]*"', "", answer.text)
        pages.append(words)
    assert len(set(costs)) == 1
    assert len(set(pages)) == 1
    assert "Unknown" in pages[0]


def test_the_page_says_the_dates_and_names_nobody(scene, client) -> None:
    row = granted.get_delegation(granted.grant(scene.helper, scene.person_id))
    code = print_code(scene.helper, row.consent_id)
    assert client.get("/check").status_code == 200
    page = send(client, "/check", receipt=code)
    assert "This receipt holds today" in page.text
    for private in ("Ada", "Lovelace", "Harriet", "Millbrook", "Badge", row.reference):
        assert private not in page.text
    assert send(client, "/check", receipt="").status_code == 400
    assert code not in page.request.url


def test_tries_are_counted_by_their_address_and_shut_nobody_else_out(scene) -> None:
    code = print_code(scene.helper, consent.assist(scene.helper, scene.person_id))
    for number in range(receipts.TRIES.tries):
        check(f"AAAAA-{number:05}", "192.0.2.8")
    with pytest.raises(TooManyAttempts) as refused:
        check("AAAAA-AAAAA", "192.0.2.8")
    assert refused.value.retry_after > 0
    with pytest.raises(TooManyAttempts):
        check(code, "192.0.2.8")
    assert check(code, "192.0.2.9").standing is Standing.VALID


def test_a_check_is_a_fact_in_the_persons_record(scene) -> None:
    code = print_code(scene.helper, consent.assist(scene.helper, scene.person_id))
    check(code)
    check("AAAAA-AAAAA")
    known, unknown = list_events("receipt.checked")
    assert (known.person_id, known.reason_code) == (scene.person_id, "valid")
    assert (unknown.person_id, unknown.reason_code) == (None, "unknown")


def test_codes_do_not_repeat_and_are_stored_hashed(scene) -> None:
    consents = [consent.assist(scene.helper, scene.person_id) for _ in range(5)]
    codes = {receipts.spell_code(each) for each in consents}
    assert len(codes) == 5
    assert receipts.read_code("o0iIlL-1") == "0011111"


def test_the_printed_receipt_bears_the_code_and_where_to_check_it(app, scene, client) -> None:
    consent_id = consent.assist(scene.helper, scene.person_id)
    people.sign_in(client, scene.helper)
    reference = consent.get_consent(consent_id).reference
    page = client.get(f"/consents/{reference}/receipt")
    found = CODE.search(page.text)
    assert found
    assert check(found[0]).standing is Standing.VALID
    assert "/check" in page.text


def test_a_consent_is_a_whole_record_by_iso_27560(app, scene, client) -> None:
    row = granted.get_delegation(granted.grant(scene.helper, scene.person_id))
    people.sign_in(client, scene.helper)
    reference = consent.get_consent(row.consent_id).reference
    answer = client.get(f"/consents/{reference}/record.json")
    assert answer.mimetype == "application/json"
    made = json.loads(answer.text)
    assert consent_record.find_missing(made) == []
    assert made["header"]["record_id"] == reference
    assert made["current_state"] == "valid"
    assert made["journal_entry"] is None
    sealing.seal_all()
    elsewhere = people.make_helper(people.make_desk("Hillside"))
    people.sign_in(client, elsewhere)  # any desk gives it, at the person's word
    delegation.end_delegation(actor=elsewhere, delegation_id=row.id, how="in_front")
    made = json.loads(client.get(f"/consents/{reference}/record.json").text)
    assert made["current_state"] == "ended"
    (event,) = list_events("consent.confirmed")
    with reading():
        assert find_event(str(made["journal_entry"] - 1)) == event.id
    waiting = consent.represent(scene.helper, scene.person_id, services=[consent.OTHER_SERVICE])
    reference = consent.get_consent(waiting).reference
    made = json.loads(client.get(f"/consents/{reference}/record.json").text)
    assert made["current_state"] == "not begun"


def test_the_receipt_and_the_record_name_who_may_act_and_not_who_wrote_it_down(
    scene, client
) -> None:
    people.rename(scene.colleague, "Amal Ward")
    consent_id = consent.represent(
        scene.helper, scene.person_id, holder_account_id=scene.colleague.account_id
    )
    people.sign_in(client, scene.helper)
    here = f"/consents/{consent.get_consent(consent_id).reference}"
    assert "Amal Ward</bdi> may act for you" in client.get(f"{here}/receipt").text
    made = json.loads(client.get(f"{here}/record.json").text)
    assert made["party_identification"][2]["party_name"] == "Amal Ward"


REQUIRED_BY_27560 = {
    "header": "schema_version record_id pii_principal_id",
    "pii_processing": "privacy_notice language purposes pii_controllers collection_method "
    "storage_locations retention_period withdrawal_method privacy_rights jurisdictions",
    "party_identification": "party_id party_name party_role party_contact",
    "event": "event_time validity_duration entity_id event_type event_state",
}
"""As docs/consent-record.md reads clause 6.3: written down a second time, by which the first is
held."""


def test_the_required_fields_are_those_of_the_specification() -> None:
    found = {section: " ".join(names) for section, names in consent_record.REQUIRED.items()}
    assert found == REQUIRED_BY_27560


@pytest.mark.parametrize("section", consent_record.REQUIRED)
def test_each_required_field_is_missed_when_it_is_not_there(app, scene, section) -> None:
    consent_id = consent.assist(scene.helper, scene.person_id)
    view = print_receipt(actor=scene.helper, reference=consent.get_consent(consent_id).reference)
    for name in consent_record.REQUIRED[section]:
        made = consent_record.make_record(
            view,
            state="valid",
            entry=7,
            address="https://example.org",
            telephone="01632 960001",
            jurisdiction="UK",
        )
        assert consent_record.find_missing(made) == []
        part = made[section]
        del (part[0] if isinstance(part, list) else part)[name]
        assert consent_record.find_missing(made) == [f"{section}.{name}"]
