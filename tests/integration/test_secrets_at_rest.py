"""No secret is stored in clear: not in a row, not in the file, not beside it.

The world's every secret is a canary (tests/factories/world.py); all that is stored is searched for
them. A text column is either sealed or named here, so that a new one is decided on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, String, text

from assistedaccess.kernel.database import Fingerprint, Sealed, metadata
from assistedaccess.kernel.master_keys import FORMAT, NONCE_BYTES
from assistedaccess.kernel.schema import import_models
from tests.assurance.probes import find_clear_bytes, find_words, listed
from tests.factories.world import World
from tests.support.contents import Contents
from tests.support.databases import Sandbox, SqliteSandbox
from tests.support.worlds import contents, ticking, world

__all__ = ["contents", "ticking", "world"]

CLEAR = {
    # Codes, words of closed lists, references that are no personal data, hashes.
    "access_card": {"reference", "delivery", "end_reason"},
    "access_card_handling": {"how"},
    "account": {"language", "password_hash"},
    "answer_page": {"path", "authority_kind"},
    "application": {
        "reference", "service", "mode", "authority_kind", "language", "state",
        "read_back_answer", "declared_by", "declared_words_hash", "withdrawn_reason",
        "purpose", "waits_as",
    },
    "appointment": {"kind", "interpreter", "state"},
    "attempt": {"purpose"},
    "group_session": {"kind", "state"},
    "register_entry": {"state", "to_tell"},
    "register_correction": {"state"},
    "audit_anchor": {"kind"},
    "audit_checkpoint": {"note", "cluster"},
    "audit_event": {
        "action", "command", "outcome", "reason_code", "actor_kind", "role", "request_id",
        "subject_kind", "authority_kind", "service",
    },
    "audit_key": {"name", "endorsement"},
    "awaited_outcome": {"service", "standing"},
    "background_check": {"level"},
    "capacity_concern": {"outcome"},
    "case": {"reference", "service", "why_help", "state", "close_reason"},
    "complaint": {"reference", "kinds", "way", "outcome"},
    "complaint_entry": {"kind", "outcome", "how"},
    "complaint_way": {"kind"},
    "supervision_form": {"answers", "outcome"},
    "sharing_agreement": {"purpose", "shared"},
    "case_closing": {"channel", "alone", "given"},
    "concern": {"reference", "kinds"},  # kinds: of old rows alone
    "concern_entry": {"kind"},
    "consent": {
        "reference", "mode", "holder_kind", "services", "powers", "money_period",
        "statement_hash", "terms_hash", "language", "way", "strength", "reasons",
        "withdrawn_how",
    },
    "consent_code": {"terms_hash", "kind"},
    "consent_picture": {"kind", "media_type", "terms_hash", "language"},
    "consent_policy": {"document"},
    "consent_request": {
        "reference", "language", "holder_kind", "services", "powers", "money_period",
        "terms_hash",
        "form_hash",
    },
    "consent_sighting": {"terms_hash"},
    "consent_word": {"called", "terms_hash", "answer"},
    "contact_point": {"kind", "whose", "end_reason"},
    "data_request": {"reference", "kind", "outcome", "goes_on", "ended_how"},
    "death": {"told_by"},
    "declared_interest": {"kind", "relation", "person_reference"},
    "delegation": {
        "reference", "holder_kind", "services", "powers", "money_period", "ended_how",
        "frozen_how",
        "suspended_how",
    },
    "delivery": {"way", "standing", "ticked", "last_failure"},
    "document": {
        "kind", "proves", "file_kind", "file_scan", "authority_kind", "read_how", "answer",
    },
    "emergency_gift": {"reference", "service", "kind", "authority_kind"},
    "establishment": {"reference", "kind", "name", "account_ends"},
    "evidence": {"question", "kind", "scan", "authority_kind"},
    "factor": {"kind"},
    "finding": {"reference"},
    "finding_entry": {"kind", "referred_to"},
    "flag": {"kind"},
    "flag_decision": {"decision"},
    "form_definition": {"service_key", "hash"},
    "hand_over": {"parts", "state", "return_reason"},
    "identity_evidence": {"kind"},
    "installation_key": {"purpose"},
    "kept_form": {"path"},
    "kept_text": {"path", "reason"},
    "legal_authority": {"kind", "seen_as"},
    "letter": {"reference", "kind", "checked_how", "sent_how", "authority_kind"},
    "limit_entry": {"kind", "period", "subject_kind"},
    "passkey": {"name"},
    "pending_act_word": {"kind"},
    "safeguard_settings": {"numbers", "reason"},
    "secret_link": {"purpose"},
    "sent_authority": {"service", "how"},
    "look_reason": {"reason"},
    "membership": {"reference", "kind"},
    "note": {"kind"},
    "notice": {
        "reference", "kind", "digest_key", "channel", "language", "state", "last_failure",
        "provider_reference", "read_how",
    },
    "notice_entry": {"kind"},
    "objection": {"reference", "how", "names", "organisation_ids", "outcome"},
    "outcome": {"kind", "limit_from", "correction"},
    "one_time_code": {"kind", "code_hash"},
    "pay_link": {"standing", "provider_id", "said", "code", "last_failure"},
    "payment": {"reference", "way", "whose", "state", "waive_reason", "authority_kind"},
    "payment_confirmation": {"how"},
    "payment_details": {"without", "whose", "name_check"},
    "pending_act": {
        "reference", "command", "actor_kind", "role", "reasons", "answered", "words", "state",
        "drawn_role", "failure",
        "deciding_role",
    },
    "pending_act_draw": {"end_reason"},
    "record_code": {"proof"},
    "record_of_help": {"reference", "service", "word", "mode", "authority_kind"},
    "record_reading": {"how", "style", "language"},
    "record_session": {"proof"},
    "recovery": {"kind", "vouched_how", "code_hash"},
    "refund": {"reference", "reason", "state", "provider_id", "last_failure"},
    "referral": {"shared", "way", "state", "return_reason", "arrival"},
    "benefits_check": {"calculator"},
    "outside_place": {"name", "kinds", "area", "reach", "hours"},
    "role_grant": {"role"},
    "sample": {"reference", "kind", "asked"},
    "sample_draw": {"note", "chosen"},
    "saved_question": {"asked"},
    "service": {"key", "facts", "facts_hash", "risk"},
    "sign_in": {"stage", "device", "end_reason", "return_path"},
    "silent_help": {"occasion", "reference"},
    "silent_sign": {"kind"},
    "statement": {"kind", "language", "text", "text_hash", "approved_by"},
    "submission": {"authority_kind"},
    "till": {"reference", "state"},
    "tip": {"reference"},
    "training": {"course"},
    "undo_offer": {"command", "steps"},  # what is sealed is not kept a second time
    "visit": {"channel"},
}  # fmt: skip

FOUND_BY = {
    # By what people are found and called; everybody at a desk hears it.
    "person": {
        "reference", "name", "known_as", "name_key", "nation", "housing", "language",
        "spoken_language", "formats", "preferred_contact", "restricted",
    },
    "person_name_key": {"token"},
    # What a door plate and a badge say.
    "account": {"name"},
    "organisation": {
        "reference", "name", "name_key", "kind", "nation", "required_courses", "required_check",
        "regulated_help",
    },
    "site": {"reference", "name", "address", "phone", "hours", "ward"},
}  # fmt: skip

TAG_BYTES = 16  # of AES-GCM

NOT_IN_THE_WORLD = {
    ("application", "declarer"),  # a declarer who is neither person nor helper
    ("consent", "telling"),  # what the holder may tell others: none of the world's has it
    ("consent_request", "telling"),
    ("data_request", "answer"),  # the world's request is open
    ("data_request", "end_why"),  # and its restriction stands
    ("death", "undone_reason"),  # a death that was taken back
    ("delivery", "their_reference"),  # the reference of a system that answered
    ("legal_authority", "named"),  # an instrument: a second human has to let it in
    ("legal_authority", "number"),
    ("legal_authority", "scope"),
    ("lone_worker_warning", "end_reason"),  # the world's warning stands
    ("objection", "answer"),  # the world's objection is open
    ("pending_act_draw", "words"),
    ("pending_act_word", "words"),  # nobody has asked for more, or said anything
    ("record_merge", "end_reason"),  # the world's merge stands
    ("register_correction", "words"),  # no register of the world was put right
    ("sign_in", "shown_once"),
}


@pytest.fixture(autouse=True, scope="module")
def _models() -> None:
    import_models()


def spelt(secrets: dict[str, str]) -> dict[str, str]:
    """Each secret as it may be stored: a telephone number without its first 0 (+44…)."""
    return {
        what: value[1:] if value.startswith("0") and " " in value else value
        for what, value in secrets.items()
    }


def as_bytes(value: Any) -> bytes:
    """A value of a column as bytes, whatever its kind."""
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False).encode()
    return str(value).encode()


def find_in_rows(held: Contents, secrets: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The tables that hold a secret in clear, with what it is."""
    for table, rows in held.read(without=()).items():
        data = b"\n".join(as_bytes(value) for row in rows for value in row if value is not None)
        for what in find_clear_bytes(data, secrets):
            yield table, what


def test_no_row_holds_a_secret_in_clear(world: World, contents: Contents) -> None:
    for side in world.sides:
        assert len(side.secrets) > 60
        wrong = list(find_in_rows(contents, spelt(side.secrets)))
        assert not wrong, listed(wrong)


def test_the_search_would_find_one(sandbox: Sandbox, world: World, contents: Contents) -> None:
    with sandbox.database.writing.begin() as connection:
        connection.execute(
            text("UPDATE person SET known_as = :known"), {"known": world.a.secrets["nino"]}
        )
    assert list(find_in_rows(contents, spelt(world.a.secrets))) == [("person", "nino")]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_no_byte_of_the_file_does(sandbox: Sandbox, world: World) -> None:
    assert isinstance(sandbox, SqliteSandbox)
    for name in ("", "-wal"):
        file = Path(f"{sandbox.file}{name}")
        data = file.read_bytes() if file.exists() else b""
        for side in world.sides:
            assert list(find_clear_bytes(data, spelt(side.secrets))) == []


def test_no_file_of_the_data_folder_does(sandbox: Sandbox, world: World) -> None:
    files = [path for path in sandbox.settings.data_dir.rglob("*") if path.is_file()]
    wrong = [
        (path.name, what)
        for path in files
        for side in world.sides
        for what in find_clear_bytes(path.read_bytes(), spelt(side.secrets))
    ]
    assert wrong == []


def test_a_text_message_holds_nothing_of_anybody(world: World) -> None:
    texts = [message for message in world.messages if message.channel == "text"]
    for message in texts:
        for side in world.sides:
            words = {**spelt(side.secrets), **side.shown}
            assert list(find_words(message.body, words)) == []


def test_every_text_column_is_sealed_or_known_to_be_clear() -> None:
    unknown = [
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String | JSON)
        if not isinstance(column.type, Sealed | Fingerprint)
        if column.name not in CLEAR.get(table.name, set()) | FOUND_BY.get(table.name, set())
    ]
    assert not unknown, listed(unknown)


def sealed_values(held: Contents) -> Iterator[tuple[str, str, list[bytes]]]:
    """Each sealed column with what stands in it."""
    rows = held.read(without=())
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Sealed):
                place = held.columns[table.name].index(column.name)
                values = [as_bytes(row[place]) for row in rows[table.name] if row[place]]
                yield table.name, column.name, values


def test_the_world_fills_every_sealed_column(world: World, contents: Contents) -> None:
    empty = {(table, column) for table, column, values in sealed_values(contents) if not values}
    assert sorted(empty) == sorted(NOT_IN_THE_WORLD)


def test_every_sealed_value_looks_like_one(world: World, contents: Contents) -> None:
    """Sealed is a mark on the column; that encryption was called is another matter."""
    wrong = {
        (table, column)
        for table, column, values in sealed_values(contents)
        for value in values
        if value[:1] != FORMAT or len(value) < 1 + NONCE_BYTES + TAG_BYTES
    }
    assert wrong == set()
