"""Another form for a service: uploaded by one, put in force by a second, for what begins then."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from assistedaccess.access.policy import PermissionMissing
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SameHuman, State
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.transactions import reading
from assistedaccess.services import queries, service_forms
from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.models import FormDefinition
from assistedaccess.services.service import publish_services
from assistedaccess.services.service_forms import (
    AlreadyInForce,
    FormUnfit,
    put_form_in_force,
    upload_form,
)
from tests.factories import applications as apps
from tests.factories import people
from tests.support.client import PageCheckingClient
from tests.support.held import select_held
from tests.support.journal import last_event, list_events
from tests.support.pages import read_token
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app")
KEY = "blue-badge"
BADGE = json.loads((DEFINITIONS / "blue-badge.json").read_text("utf-8"))


def other(name: str = "Blue Badge (ours)", **changes: Any) -> str:
    """Another form of the service."""
    return json.dumps({**BADGE, "name": {"en": name, "cy": "Bathodyn Glas"}, **changes})


def unfit() -> str:
    """A form whose second page asks for a password, and whose last leads nowhere."""
    pages = json.loads(json.dumps(BADGE["pages"]))
    pages[1]["components"] = [{"type": "TextField", "name": "pw", "title": "Your password"}]
    pages[-2]["next"] = [{"path": "/nowhere"}]
    return json.dumps({**BADGE, "pages": pages})


@pytest.fixture
def administrators(app: Flask):
    desk = people.make_desk("Administration")
    return [people.make_helper(desk, "administrator") for _each in range(2)]


def version_in_force() -> int | None:
    with reading():
        return queries.get_service(KEY).form_version


def ask(
    actor, version: int = 2, replaces: int = 1, reason: str = "The council wrote"
) -> PendingAct:
    with pytest.raises(Held):
        put_form_in_force(
            actor=actor, service=KEY, version=version, replaces=replaces, reason=reason
        )
    with reading() as session:
        return session.scalars(select_held().order_by(PendingAct.id.desc())).first()


def release(administrators, pending: PendingAct) -> Any:
    drawn = next(one for one in administrators if one.account_id == pending.drawn_account_id)
    return release_pending_act(actor=drawn, pending_act_id=pending.id, reason="I read it all")


def test_what_is_uploaded_is_kept_as_it_is_and_used_by_nobody(administrators) -> None:
    body = other()
    done = upload_form(actor=administrators[0], service=KEY, body=body)
    assert (done.version, done.is_new, version_in_force()) == (2, True, 1)
    with reading() as session:
        row = session.get_one(FormDefinition, done.id)
    assert row.body == body.encode()
    assert (row.uploaded_by, row.uploaded_by_human) == (
        administrators[0].account_id,
        administrators[0].human_id,
    )
    event = last_event("form.uploaded")
    assert (event.service, event.reason_code) == (KEY, "version_2")
    assert (event.subject_kind, event.subject_id) == ("form_definition", done.id)
    again = upload_form(actor=administrators[1], service=KEY, body=body)
    assert (again.id, again.is_new) == (done.id, False)
    assert last_event("form.uploaded").reason_code == "known_already"


def test_a_form_that_does_not_pass_is_not_kept_and_says_why_by_page_and_component(
    administrators,
) -> None:
    with pytest.raises(FormUnfit) as refused:
        upload_form(actor=administrators[0], service=KEY, body=unfit())
    path = BADGE["pages"][1]["path"]
    said = "\n".join(refused.value.report.errors)
    assert f"Page {path}, component pw: asks for a password" in said
    assert "/nowhere" in said
    with reading() as session:
        query = select(func.count()).where(FormDefinition.service_key == KEY)
        assert session.scalar(query) == 1
    event = last_event("act.refused")
    assert (event.reason_code, event.account_id) == ("form_unfit", administrators[0].account_id)


def test_a_second_human_puts_it_in_force_with_a_reason(administrators) -> None:
    upload_form(actor=administrators[0], service=KEY, body=other())
    pending = ask(administrators[0])
    assert version_in_force() == 1
    assert pending.drawn_human_id == administrators[1].human_id
    with pytest.raises(SameHuman):
        release_pending_act(actor=administrators[0], pending_act_id=pending.id, reason="Mine")
    with pytest.raises(InvalidInput):
        release_pending_act(actor=administrators[1], pending_act_id=pending.id, reason=" ")
    assert release(administrators, pending).state is State.RELEASED
    assert version_in_force() == 2
    event = last_event("form.put_in_force")
    assert (event.service, event.reason_code) == (KEY, "version_2")
    assert last_event("pending_act.released").account_id == administrators[1].account_id


def test_whoever_uploaded_never_decides_whoever_asked_and_by_whichever_account(
    administrators,
) -> None:
    upload_form(actor=administrators[0], service=KEY, body=other())
    desk = people.make_desk("Elsewhere")
    also = people.make_helper(desk, "administrator", human_id=administrators[0].human_id)
    pending = ask(administrators[1])
    assert pending.drawn_account_id is None  # nobody is left: it waits
    with pytest.raises(NotFound):
        release_pending_act(actor=also, pending_act_id=pending.id, reason="Mine")
    third = people.make_helper(desk, "administrator")
    asked = ask(administrators[1], reason="Again")
    assert asked.drawn_account_id == third.account_id
    assert release([third], asked).state is State.RELEASED


def test_nobody_but_an_administrator_is_drawn(administrators) -> None:
    desk = people.make_desk("Reviews")
    for _each in range(5):
        people.make_helper(desk, "reviewer")
    upload_form(actor=administrators[0], service=KEY, body=other())
    assert ask(administrators[0]).drawn_account_id == administrators[1].account_id


def test_what_was_begun_goes_on_under_its_form_and_what_begins_has_the_new_one(
    administrators,
) -> None:
    scene = apps.make_scene()
    begun = apps.start(scene)
    asks_more = json.loads(json.dumps(BADGE["pages"]))
    who_for = next(page for page in asks_more if page["path"] == "/who-is-applying")
    who_for["components"].append({"type": "TextField", "name": "more", "title": "More"})
    upload_form(actor=administrators[0], service=KEY, body=other(pages=asks_more))
    release(administrators, ask(administrators[0]))
    apps.save(scene.helper, begun, "/who-is-applying", {"q-whoFor": ["self"], "q-more": ["Words"]})
    draft = apps.get_draft(scene.helper, begun)
    assert (draft.form_version, draft.service_name) == (1, "Blue Badge")
    assert draft.answers == {"whoFor": "self"}  # what the newer form asks is not asked here
    later = apps.make_scene()
    draft = apps.get_draft(later.helper, apps.start(later))
    assert (draft.form_version, draft.service_name) == (2, "Blue Badge (ours)")


def test_of_two_that_were_compared_with_one_version_the_second_is_not_used(
    administrators,
) -> None:
    upload_form(actor=administrators[0], service=KEY, body=other("One"))
    upload_form(actor=administrators[0], service=KEY, body=other("Two"))
    desk = people.make_desk("Third")
    everybody = [*administrators, people.make_helper(desk, "administrator")]
    first, second = ask(administrators[0], 2), ask(administrators[0], 3)
    assert release(everybody, first).state is State.RELEASED
    assert release(everybody, second).state is State.FAILED
    assert version_in_force() == 2
    with pytest.raises(StaleVersion):
        put_form_in_force(
            actor=administrators[0], service=KEY, version=3, replaces=1, reason="Again"
        )
    with pytest.raises(AlreadyInForce):
        put_form_in_force(
            actor=administrators[0], service=KEY, version=2, replaces=2, reason="Again"
        )


def test_the_way_back_is_the_same_way(administrators) -> None:
    upload_form(actor=administrators[0], service=KEY, body=other())
    release(administrators, ask(administrators[0]))
    release(administrators, ask(administrators[1], 1, replaces=2, reason="It was wrong"))
    assert version_in_force() == 1


def test_a_form_that_the_check_of_today_does_not_take_is_not_put_in_force(
    administrators, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_form(actor=administrators[0], service=KEY, body=other())
    pending = ask(administrators[0])
    bad = service_forms.check_incoming(b"{")
    monkeypatch.setattr(service_forms, "check_incoming", lambda _body: bad)
    assert release(administrators, pending).state is State.FAILED
    assert version_in_force() == 1


def test_an_upgrade_takes_an_uploaded_form_from_nobody(administrators, tmp_path) -> None:
    upload_form(actor=administrators[0], service=KEY, body=other())
    release(administrators, ask(administrators[0]))
    for suffix in (".json", ".service.json"):
        (tmp_path / f"{KEY}{suffix}").write_bytes((DEFINITIONS / f"{KEY}{suffix}").read_bytes())
    (tmp_path / f"{KEY}.json").write_text(other("Next year's"), "utf-8")
    publish_services(actor=SYSTEM, folder=str(tmp_path))
    assert version_in_force() == 2
    release(administrators, ask(administrators[0], 3, replaces=2, reason="Next year"))
    assert version_in_force() == 3


def test_helpers_and_what_is_not_there(administrators) -> None:
    helper = apps.make_scene().helper
    with pytest.raises(PermissionMissing):
        upload_form(actor=helper, service=KEY, body=other())
    with pytest.raises(PermissionMissing):
        put_form_in_force(actor=helper, service=KEY, version=1, replaces=1, reason="x")
    with pytest.raises(NotFound):
        upload_form(actor=administrators[0], service="no-such", body=other())
    with pytest.raises(NotFound):
        put_form_in_force(actor=administrators[0], service=KEY, version=9, replaces=1, reason="x")
    with pytest.raises(InvalidInput):
        put_form_in_force(actor=administrators[0], service=KEY, version=1, replaces=1, reason=" ")


# -- pages


@pytest.fixture
def client(app: Flask) -> PageCheckingClient:
    return PageCheckingClient(app)


def send_file(client, body: bytes, name: str = "form.json"):
    page = client.get(f"/services/{KEY}/forms/upload")
    return client.post(
        f"/services/{KEY}/forms/upload",
        data={"csrf_token": read_token(page), "definition": (io.BytesIO(body), name)},
        headers={"Referer": f"http://localhost/services/{KEY}/forms/upload"},
    )


def test_from_the_file_to_its_use(administrators, client) -> None:
    people.sign_in(client, administrators[0])
    assert f"/services/{KEY}/forms" in client.get(f"/services/{KEY}").text
    answer = send_file(client, other().encode())
    assert answer.status_code == 303
    page = client.get(answer.location)
    for words in ("Fit to use", "name.en", "Blue Badge (ours)", "Not in use"):
        assert words in page.text
    answer = client.post(
        answer.location,
        data={
            "csrf_token": read_token(page),
            "replaces": "1",
            "reason": "The council wrote",
        },
        headers={"Referer": f"http://localhost{answer.location}"},
    )
    assert "second administrator" in answer.text
    with reading() as session:
        pending = session.scalars(select_held()).one()
    people.sign_in(client, administrators[1])
    page = client.get(f"/reviews/{pending.reference}")
    assert f'href="/services/{KEY}/forms/2"' in page.text
    assert "The council wrote" in page.text
    release(administrators, pending)
    assert "In use" in client.get(f"/services/{KEY}/forms").text


def test_a_service_without_a_form_says_so(
    administrators, client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.ServiceView, "has_form", False)
    people.sign_in(client, administrators[0])
    answer = client.get(f"/services/{KEY}/forms/upload", follow_redirects=True)
    assert "This service has no form here" in answer.text
    assert "/forms/upload" not in answer.text


def test_a_refused_file_is_shown_its_faults_by_page_and_component(administrators, client) -> None:
    people.sign_in(client, administrators[0])
    answer = send_file(client, unfit().encode())
    assert answer.status_code == 400
    assert f"Page {BADGE['pages'][1]['path']}, component pw: asks for a password" in answer.text
    assert "The file was not kept" in answer.text
    answer = send_file(client, b"\xff\xfe")
    assert (answer.status_code, "not text in UTF-8" in answer.text) == (400, True)
    assert client.get(f"/services/{KEY}/forms/2").status_code == 404
    too_long = {"CONTENT_LENGTH": "1100000"}
    answer = client.post(f"/services/{KEY}/forms/upload", environ_overrides=too_long)
    assert answer.status_code == 413


def test_a_preview_shows_every_page_and_runs_nothing(administrators, client) -> None:
    people.sign_in(client, administrators[0])
    pages = json.loads(json.dumps(BADGE["pages"]))
    hostile = "<p onclick=x()>Hello</p><script>alert(1)</script><form action=/x><input name=y>"
    pages[0]["components"] = [
        {"type": "Html", "name": "h", "content": hostile},
        *pages[0].get("components", []),
    ]
    answer = send_file(client, other(pages=pages).encode())
    page = client.get(answer.location)
    assert "the HTML &lt;script&gt; is left out" in page.text
    for each in pages:
        found = client.get(f"{answer.location}/pages/{each['path'].lstrip('/')}")
        assert found.status_code == 200
        assert "Nothing that you type here is kept" in found.text
        assert "<script>alert" not in found.text
        assert "onclick" not in found.text
    assert client.get(f"{answer.location}/pages/no-such").status_code == 404


def test_a_difference_of_hundreds_is_shown_in_parts(administrators, client) -> None:
    people.sign_in(client, administrators[0])
    send_file(
        client, other(sections=[{"name": f"s{n}", "title": "S"} for n in range(250)]).encode()
    )
    page = client.get(f"/services/{KEY}/forms/2")
    assert "Section s20" in page.text
    assert "Section s240" not in page.text
    assert "Section s240" in client.get(f"/services/{KEY}/forms/2?start=200").text


def test_the_pages_ask_little_and_no_more_for_more_versions(
    database: Database, administrators, client
) -> None:
    people.sign_in(client, administrators[0])
    for number in range(30):
        upload_form(actor=administrators[0], service=KEY, body=other(f"Badge {number}"))
    client.get(f"/services/{KEY}/forms")
    for path in ("forms", "forms/5", "forms/5/pages/" + BADGE["pages"][0]["path"].lstrip("/")):
        with counted_statements(database) as statements:
            assert client.get(f"/services/{KEY}/{path}").status_code == 200
        assert len(statements) <= 12, path
    first = client.get(f"/services/{KEY}/forms").text
    assert "Version 31<" in first
    assert "Version 5<" not in first
    assert "Version 5<" in client.get(f"/services/{KEY}/forms?before=7").text
    assert len(list_events("form.uploaded")) == 30
