"""Secrets open for their subject and field alone, and never again once the key is forgotten."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.encryption import DataKey, InstallationKey, KeyForgotten
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.master_keys import WrongMasterKey
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app")


@given(st.text())
def test_what_is_sealed_is_unsealed(value: str) -> None:
    subject = new_id()
    sealed = run_transaction(lambda: encryption.seal(subject, "a.b", value))
    with reading():
        assert encryption.unseal(subject, "a.b", sealed) == value


def test_a_secret_opens_nowhere_else() -> None:
    one, other = new_id(), new_id()
    sealed = run_transaction(lambda: encryption.seal(one, "a.b", "secret"))
    run_transaction(lambda: encryption.seal(other, "a.b", "other"))
    with reading():
        for subject, field in ((other, "a.b"), (one, "a.c")):
            with pytest.raises(InvalidTag):
                encryption.unseal(subject, field, sealed)
        for place in (0, 5, len(sealed) - 1):
            altered = bytearray(sealed)
            altered[place] ^= 1
            with pytest.raises(InvalidTag):
                encryption.unseal(one, "a.b", bytes(altered))


def test_equal_secrets_are_sealed_differently_and_found_by_fingerprint() -> None:
    subject = new_id()
    one, other = run_transaction(
        lambda: (encryption.seal(subject, "a.b", "x"), encryption.seal(subject, "a.b", "x"))
    )
    assert one != other
    with reading():
        print_ = encryption.fingerprint("nino", "QQ123456C")
        assert print_ == encryption.fingerprint("nino", "QQ123456C")
        assert print_ != encryption.fingerprint("nino", "QQ123456D")
        assert print_ != encryption.fingerprint("phone", "QQ123456C")
        assert len(print_) == 32


def test_a_forgotten_key_opens_nothing_and_is_not_made_again() -> None:
    subject = new_id()
    sealed = run_transaction(lambda: encryption.seal(subject, "a.b", "secret"))
    run_transaction(lambda: encryption.forget(subject))
    with reading() as session:
        with pytest.raises(KeyForgotten):
            encryption.unseal(subject, "a.b", sealed)
        assert session.scalars(select(DataKey.wrapped).filter_by(subject_id=subject)).one() is None
    with pytest.raises(KeyForgotten):
        run_transaction(lambda: encryption.seal(subject, "a.b", "again"))


def test_many_keys_are_loaded_in_one_statement(database: Database) -> None:
    subjects = [new_id() for _ in range(50)]
    run_transaction(lambda: [encryption.seal(subject, "a.b", "x") for subject in subjects])
    with counted_statements(database) as statements, reading():
        encryption.load_keys(subjects)
        encryption.load_keys(subjects)
    assert len(statements) == 1


def test_another_master_key_is_noticed(database: Database) -> None:
    with reading() as session:
        assert session.scalars(select(InstallationKey.purpose)).all()
    database.remembered.clear()
    encryption.use_master_key(bytes(32))
    with reading(), pytest.raises(WrongMasterKey):
        encryption.get_installation_key("fingerprint")
