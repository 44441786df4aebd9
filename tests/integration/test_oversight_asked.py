"""A look that nothing explains: asked about after an auditor agreed, answered, or said unasked."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice
from assistedaccess.oversight import queries_asked, service_asked, service_flags
from assistedaccess.oversight.rules_flags import AlreadyDecided
from assistedaccess.people import service as people
from tests.factories.organisations import enter
from tests.factories.people import reference_of, sign_in
from tests.support.journal import list_events
from tests.support.pages import send

from .test_oversight_flags import Setting, decide, setting, tell  # noqa: F401


def mails() -> list[Notice]:
    with reading() as session:
        rows = list(session.scalars(select(Notice).filter_by(kind="account_look_asked")))
        session.expunge_all()
        return rows


def asked_of(setting: Setting) -> list[queries_asked.OwnLook]:  # noqa: F811
    with reading():
        return queries_asked.list_asked(setting.colleague)


def test_nobody_is_asked_before_an_auditor_agreed_and_then_once(setting: Setting) -> None:  # noqa: F811
    setting.look(reason="other")
    (row,) = setting.waiting()
    assert (mails(), asked_of(setting)) == ([], [])
    with pytest.raises(NotFound):  # another's remit
        service_asked.ask_about_look(actor=setting.other_auditor, flag_id=row.id)
    for _ in range(2):
        service_asked.ask_about_look(actor=setting.auditor, flag_id=row.id)
    (mail,) = mails()
    assert mail.account_id == setting.colleague.account_id
    (asked,) = asked_of(setting)
    assert asked.person_reference == reference_of(setting.person_id)
    say = service_asked.answer_look
    with pytest.raises(InvalidInput):
        say(actor=setting.colleague, person_id=setting.person_id, was_mistake=False, words=" ")
    for words in ("She rang me about her badge", "Something else"):
        say(actor=setting.colleague, person_id=setting.person_id, was_mistake=False, words=words)
    assert asked_of(setting) == []
    view = service_flags.open_flag(actor=setting.auditor, flag_id=row.id)
    assert view.answered.words == "She rang me about her badge"
    assert not view.answered.was_mistake
    assert len(setting.waiting()) == 1  # nobody decides about their own look
    decide(setting, row.id)
    with pytest.raises(AlreadyDecided):
        service_asked.ask_about_look(actor=setting.auditor, flag_id=row.id)


def test_the_wrong_record_is_said_unasked_and_only_of_ones_own_look(setting: Setting) -> None:  # noqa: F811
    say = service_asked.answer_look
    with pytest.raises(NotFound):
        say(actor=setting.colleague, person_id=setting.person_id, was_mistake=True, words="")
    setting.look()
    with reading():
        (own,) = queries_asked.list_own_looks(setting.colleague)
        assert queries_asked.list_own_looks(setting.helper) == []
    assert own.person_reference == reference_of(setting.person_id)
    for _ in range(2):
        say(actor=setting.colleague, person_id=setting.person_id, was_mistake=True, words="")
    (said,) = list_events("look.was_mistake")
    assert said.person_id == setting.person_id
    (row,) = setting.waiting()
    assert service_flags.open_flag(actor=setting.auditor, flag_id=row.id).answered.was_mistake
    # Of a look that the records explain there is no flag, and it can be said all the same.
    people.open_person(actor=setting.helper, person_id=setting.person_id)
    say(actor=setting.helper, person_id=setting.person_id, was_mistake=True, words="")
    assert len(list_events("look.was_mistake")) == 2
    assert len(setting.waiting()) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])  # what pages say
def test_the_pages(app: Flask, setting: Setting) -> None:  # noqa: F811
    setting.look(reason="other")
    (row,) = setting.waiting()
    auditor, looker = app.test_client(), app.test_client()
    enter(auditor, setting.member, "auditor")
    sign_in(looker, setting.colleague)
    question = "We have a question about a record that you opened"
    assert question not in looker.get("/today").text
    path = f"/journal/queue/{row.id}"
    assert "Ask them why" in auditor.get(path).text
    assert send(auditor, f"{path}/ask", page=path).status_code == 303
    shown = auditor.get(path).text
    assert "Ask them why" not in shown
    assert "Asked why" in shown
    assert question in looker.get("/today").text
    own = looker.get("/looks").text
    assert "We ask you about these" in own
    assert "Ada" not in own
    there = f"/people/{reference_of(setting.person_id)}/why-opened"
    assert there in own
    assert send(looker, there, why="reason", words="").status_code == 400
    assert send(looker, there, why="mistake", words="").location == "/looks"
    assert question not in looker.get("/today").text
    assert "it was the wrong record, or a slip" in auditor.get(path).text


def test_a_message_is_found_by_its_number_after_its_decision_too(
    setting: Setting,  # noqa: F811
    client: FlaskClient,
) -> None:
    """Whoever told it was given the number, to ask what became of it."""
    told = tell(setting)
    (row,) = setting.waiting()
    decide(setting, row.id)
    enter(client, setting.member, "auditor")
    found = client.get(f"/journal/queue?number={told.lower().removeprefix('t-')}")
    assert found.location == f"/journal/queue/{row.id}"
    enter(client, setting.other_member, "auditor")
    for number in (told, "T-0", "x"):
        page = client.get(f"/journal/queue?number={number}")
        assert page.status_code == 400
        assert page.text.count("No message has this number") == 2  # on top, and at the field
