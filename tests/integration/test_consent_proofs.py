"""A receipt carries the proof that the yes is in the journal, once it is sealed."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
import segno
from click.testing import CliRunner
from flask.testing import FlaskClient

from assistedaccess.audit import Action, sealing
from assistedaccess.audit.command_line import load_verifier
from assistedaccess.audit.keys import list_verifiers
from assistedaccess.audit.notes import checkpoint_text, sign_note
from assistedaccess.audit.proofs import Proof, check_receipt, find_event, find_proof
from assistedaccess.cli import main
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import bind_database, get_database, reading
from config import Settings
from tests.factories import consent as make
from tests.factories import people
from tests.support.client import PageCheckingClient
from tests.support.journal import list_events
from tests.support.statements import counted_statements

ACTIONS = (Action.CONSENT_RECORDED, Action.CONSENT_CONFIRMED)
A_MILLION = 20
"""Hashes on the path of a proof in a journal of a million events."""


@pytest.fixture
def scene(app):
    return make.make_scene(nation="england")


@pytest.fixture
def client(app, scene) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    made = app.test_client()
    people.sign_in(made, scene.helper)
    return made


def find_picture(text: str) -> str | None:
    found = re.search(r'<img class="app-proof__picture" src="([^"]+)" alt="[^"]{20,}"', text)
    return html.unescape(found[1]) if found else None


def test_the_receipt_shows_the_proof_once_there_is_one(
    client: FlaskClient, scene, database: Database, tmp_path: Path
) -> None:
    consent_id = make.assist(scene.helper, scene.person_id, None)
    (event,) = list_events("consent.recorded")
    with reading():
        from assistedaccess.consent.models import Consent
        from assistedaccess.kernel.database import get_session

        reference = get_session().get_one(Consent, consent_id).reference
    path = f"/consents/{reference}/receipt"
    assert find_picture(client.get(path).text) is None
    view = f"/consents/{reference}"
    assert "not sealed yet" in client.get(view).text
    sealing.seal_all()
    with counted_statements(database) as statements:
        page = client.get(path)
    assert len(statements) <= 12, statements
    with reading():
        proof = find_proof(("consent", consent_id), ACTIONS)
        assert proof is not None
        checked = check_receipt(proof)
        assert find_event(str(checked.index)) == event.id
    assert f"number {checked.index + 1}" in client.get(view).text
    with reading():
        verifier = list_verifiers()[0]
    code = segno.make(proof, error="l", micro=False)
    assert find_picture(page.text) == code.svg_data_uri(scale=4, border=4)
    # And a stranger's laptop, without the database, says the same of what was read off the paper.
    stranger = load_verifier()
    assert stranger.check_proof(proof, [stranger.Verifier(str(verifier))])[0] == checked.index
    with pytest.raises(ValueError, match="does not lead to its checkpoint"):
        stranger.check_proof(proof.replace("extra ", "extra A"), [stranger.Verifier(str(verifier))])


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_proof_of_a_million_events_fits_on_paper(app) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    name = "assisted-access.example-council.gov.uk/journal"
    key = Ed25519PrivateKey.generate()
    note = sign_note(checkpoint_text(name, 1_000_000, bytes(32)), name, key)
    text = str(Proof(999_999, [bytes(32)] * A_MILLION, note, bytes(32)))
    assert len(text) < 1_400
    assert segno.make(text, error="l", micro=False).symbol_size(border=0)[0] <= 125


def test_the_command_line_checks_what_was_read_off_the_paper(
    app, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import config

    monkeypatch.setattr(config, "load_settings", lambda environ=None: settings)
    before = get_database()

    def typed(*words: str):
        try:
            return CliRunner().invoke(main, list(words))
        finally:
            if get_database() is not before:
                get_database().dispose()
            bind_database(before)

    sealing.seal_all()
    file = tmp_path / "receipt.tlog-proof"
    said = typed("audit", "prove", "3")
    assert said.exit_code == 0, said.output
    file.write_text(said.output)
    assert "event 3 of" in typed("audit", "prove", str(file)).output
    file.write_text(said.output.replace("index 3", "index 4"))
    assert typed("audit", "prove", str(file)).exit_code == 1
    assert typed("audit", "prove", str(tmp_path / "no.tlog-proof")).exit_code == 2
    assert typed("audit", "prove", "nonsense").exit_code == 2
    with reading():
        old = str(list_verifiers()[0])
    rotated = typed("keys", "rotate", "journal")
    assert rotated.exit_code == 0, rotated.output
    with reading():
        assert list(map(str, list_verifiers())) == [old, rotated.output.strip()]
    assert typed("audit", "seal").exit_code == 0
    file.write_text(said.output)
    assert typed("audit", "prove", str(file)).exit_code == 0
    folder = str(tmp_path / "export")
    assert typed("audit", "export", folder, "--from", "2").exit_code == 0
    assert typed("audit", "verify", folder, "--key", old).exit_code == 0
    assert typed("audit", "verify", folder, "--key", "nonsense").exit_code == 2
    assert typed("audit", "verify", "--key", old).exit_code == 2
    assert typed("audit", "export", folder).exit_code == 2
    assert typed("audit", "export", str(tmp_path / "x"), "--from", "yesterday").exit_code == 2
    kept = str(tmp_path / "export" / "checkpoint")
    assert typed("audit", "verify", "--since", kept).exit_code == 0
