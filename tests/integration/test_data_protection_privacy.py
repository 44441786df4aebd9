"""Each kind of reader has a privacy notice, in plain words, with the periods as carried out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistedaccess.data_protection import privacy
from assistedaccess.data_protection.privacy import Reader, make_notice
from tests.support.reading_age import reading_age

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
OLDEST_READER = 9


@ON_SQLITE
def test_each_reader_finds_theirs(client) -> None:
    index = client.get("/privacy").text
    for reader in Reader:
        assert f"/privacy/{reader}" in index
        page = client.get(f"/privacy/{reader}")
        assert page.status_code == 200
        for heading in ("Who is responsible", "What is kept", "How long it is kept"):
            assert heading in page.text
        assert "0303 123 1113" in page.text
        assert "data-app-print" in page.text  # anybody can have it printed, it says
        assert page.text.index('lang="en"', 99) < page.text.index("<h1")  # not in Welsh yet
    assert client.get("/privacy/dogs").status_code == 404


@ON_SQLITE
def test_a_notice_says_the_period_that_is_carried_out(app, settings, monkeypatch) -> None:
    with app.test_request_context():
        said = str(make_notice(Reader.PEOPLE))
        assert "6 years after the last thing" in said
        ten = replace(settings, retention="person=3653")
        monkeypatch.setitem(app.config, "SETTINGS", ten)
        assert "10 years after the last thing" in str(make_notice(Reader.PEOPLE))


@ON_SQLITE
def test_it_reads_at_nine(app) -> None:
    with app.test_request_context():
        for reader in (Reader.PEOPLE, Reader.WITNESSES, Reader.VOUCHERS, Reader.INTERPRETERS):
            notice = make_notice(reader)
            text = " ".join(line for part in notice.parts for line in part.lines)
            assert reading_age(text) <= OLDEST_READER, f"{reader} {reading_age(text):.1f}: {text}"
    assert set(privacy.WHAT) == set(privacy.WHY) == set(privacy.WHO) == set(Reader)
