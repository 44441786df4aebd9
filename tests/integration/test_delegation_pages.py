"""The pages on which somebody is let to act, and stopped, as a browser meets them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from assistedaccess.approvals.service import refuse_pending_act
from assistedaccess.consent.models import Consent, ConsentRequest
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.queries import get_person
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.support.client import PageCheckingClient
from tests.support.held import count_held, select_held
from tests.support.pages import read_token
from tests.support.statements import BY_CONTROLS, MOST, counted_statements

TERMS = {
    "purpose": "Keep my badge going",
    "holder": "account",
    "services": [make.SERVICE],
    "powers": ["see", "submit", "pay"],
    "money_limit": "120",
    "money_period": "month",
    "until": "days_90",
    "channel": "in_person",
}
SAID = {**make.SAID, "is_accompanied": "yes", "present": "Amal, her daughter", "in_private": "yes"}
WITNESS = {**make.WITNESS, **make.sign(), "heard": "yes"}


@pytest.fixture
def scene(app):
    return make.make_scene(nation="england")


def browse(app, actor) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, actor)
    return client


@pytest.fixture
def client(app, scene) -> FlaskClient:
    make.assist(scene.helper, scene.person_id)  # so that a look is explained
    return browse(app, scene.helper)


@pytest.fixture
def person(scene) -> str:
    with reading():
        return f"/people/{get_person(scene.person_id).reference}"


def hidden_fields(page: TestResponse) -> dict[str, str]:
    """What the page's main form sends along by itself."""
    main = page.text[page.text.index("<main") :]
    tags = re.findall(r'<input[^>]*type="hidden"[^>]*>', main)
    pairs = [
        (re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags
    ]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    page = client.get(path)
    assert page.status_code == 200, f"{path}: {page.status}"
    return client.post(path, data={**hidden_fields(page), **fields})


def count(model: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def walk(client: FlaskClient, person: str, until: str = "confirm/witness", **terms: Any) -> str:
    """From the first page to the one that ends with ``until``; its address."""
    step = post(client, f"{person}/delegations/ask", **{**TERMS, **terms}).location
    if step.endswith(until):
        return step
    step = post(client, step, has_read="yes").location
    if step.endswith(until):
        return step
    step = post(client, step, **SAID).location
    if step.endswith(until):
        return step
    step = post(client, step, way="witness" if "witness" in until else "code").location
    assert step.endswith(until), step
    return step


def test_the_whole_way_makes_one_delegation(client, scene, person) -> None:
    answer = post(client, walk(client, person), **WITNESS)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "Harriet Helper" in page.text
    assert "£120 in a month" in page.text
    with reading() as session:
        row = session.scalars(select(Delegation)).one()
        consent = session.get_one(Consent, row.consent_id)
    assert row.reference in page.text
    assert row.money_limit_pence == 12_000
    shown = client.get(f"/consents/{consent.reference}")
    for said in (
        "I ring up, or come here",
        "Yes, go ahead",
        "Amal, her daughter",
        "Walter Witness",
        "The person said yes before a witness",  # why it is worth what it is worth
        "The witness signed by hand",
    ):
        assert said in shown.text
    alone = shown.text.split("Asked while nobody else could hear")[1].split("</dd>")[0]
    assert alone.rsplit(">", 1)[1].strip() == "Yes"


def test_a_code_is_sent_from_its_page_and_tried_there(client, scene, person) -> None:
    step = walk(client, person, "confirm/code", powers=["see", "submit"])
    page = client.get(step)
    phone = make.list_phones(scene.helper, scene.person_id)[0]
    send = {"csrf_token": read_token(page), "phone": str(phone.id)}
    with reading() as session:
        send["terms_hash"] = session.scalars(select(ConsentRequest.terms_hash)).one()
    for wrong in ("", "nonsense", str(scene.person_id)):
        assert client.post(f"{step}/send", data={**send, "phone": wrong}).status_code == 404
    assert client.post(f"{step}/send", data={**send, "terms_hash": "x"}).status_code == 409
    assert client.post(f"{step}/send", data=send).status_code == 303
    (code,) = make.read_codes(scene.person_id)
    assert code not in client.get(step).text
    again = post(client, step, code="abc")
    assert again.status_code == 400
    assert "6 numbers" in again.text
    again = post(client, step, code=f"{(int(code) + 1) % 1_000_000:06}")
    assert again.status_code == 400
    assert "4 tries left" in again.text
    assert post(client, step, code=code).location.endswith("/result")
    assert count(Delegation) == 1


def test_sent_twice_gone_back_to_or_in_two_tabs_it_is_one(client, scene, person) -> None:
    step = walk(client, person)
    fields = {**hidden_fields(client.get(step)), **WITNESS}
    first, second = (client.post(step, data=fields) for _ in range(2))
    assert first.location == second.location
    assert (count(Consent) - 1, count(Delegation)) == (1, 1)
    # The pages before it now lead to what came of it, or say that it is too late.
    assert client.get(step).location == first.location
    base = step.removesuffix("/confirm/witness")
    late = client.post(f"{base}/said-back", data={**fields, **SAID})
    assert late.status_code == 403
    assert "already said yes" in late.text


def test_the_first_page_sent_twice_begins_one_request(client, scene, person) -> None:
    fields = {**hidden_fields(client.get(f"{person}/delegations/ask")), **TERMS}
    first, second = (client.post(f"{person}/delegations/ask", data=fields) for _ in range(2))
    assert first.location == second.location
    assert count(ConsentRequest) == 1


def test_who_jumps_ahead_is_sent_to_the_first_missing_page(client, scene, person) -> None:
    statement = walk(client, person, "/statement")
    base = statement.removesuffix("/statement")
    for ahead in ("/said-back", "/confirm", "/confirm/witness", "/confirm/code"):
        assert client.get(base + ahead).location == statement
    assert client.get(f"{base}/result").location == statement
    said = post(client, statement, has_read="yes").location
    for ahead in ("/confirm", "/confirm/witness"):
        assert client.get(base + ahead).location == said
    assert client.get(f"{base}/confirm/pigeon").status_code == 404


def test_what_was_typed_is_there_when_somebody_comes_back(client, scene, person) -> None:
    statement = walk(client, person, "/statement")
    terms = client.get(statement.replace("/statement", "/terms"))
    assert "Keep my badge going" in terms.text
    assert 'value="120"' in terms.text
    said = post(client, statement, has_read="yes").location
    post(client, said, **SAID)
    again = client.get(said)
    for words in ("I ring up, or come here", "Amal, her daughter"):
        assert words in again.text


def test_words_that_another_tab_changed_are_not_agreed_to(client, scene, person) -> None:
    step = walk(client, person)
    fields = {**hidden_fields(client.get(step)), **WITNESS}
    terms = step.replace("/confirm/witness", "/terms")
    changed = {**TERMS, "purpose": "Something quite different"}
    assert post(client, terms, **changed).status_code == 303
    assert client.post(step, data=fields).status_code in (303, 409)
    assert count(Delegation) == 0


def test_a_reserved_power_is_offered_by_itself_alone(client, scene, person) -> None:
    page = client.get(f"{person}/delegations/ask")
    # Where money is paid, and how the person is contacted.
    assert page.text.count("By itself alone") == 2
    answer = post(
        client,
        f"{person}/delegations/ask",
        **{**TERMS, "powers": ["see", "change_payment_details"]},
    )
    assert answer.status_code == 400
    assert count(ConsentRequest) == 0


@pytest.mark.parametrize(
    ("field", "value", "anchor"),
    [
        ("purpose", "", "purpose"),
        ("holder", "nobody", "holder"),
        ("services", ["x"], "services"),
        ("powers", [], "powers"),
        ("money_limit", "", "money_limit"),
        ("money_limit", "a lot", "money_limit"),
        ("money_limit", "-5", "money_limit"),
        ("money_limit", "99999999", "money_limit"),
        ("money_period", "", "money_period"),
        ("until", "", "until"),
        ("until", "99", "until"),
        ("channel", "pigeon", "channel"),
        ("purpose", "a\x00b", "purpose"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    client, scene, person, field: str, value: Any, anchor: str
) -> None:
    answer = post(client, f"{person}/delegations/ask", **{**TERMS, field: value})
    assert answer.status_code == 400
    assert f'href="#{anchor}' in answer.text
    assert count(ConsentRequest) == 0


def test_another_helper_never_meets_the_request(app, client, scene, person) -> None:
    step = walk(client, person)
    base = step.removesuffix("/confirm/witness")
    for other in (scene.colleague, people.make_helper(people.make_desk("Hillside Advice"))):
        theirs = browse(app, other)
        token = read_token(theirs.get("/stop"))
        for end in (
            "/terms",
            "/statement",
            "/said-back",
            "/confirm",
            "/confirm/witness",
            "/result",
        ):
            assert theirs.get(base + end).status_code == 404
            posted = theirs.post(base + end, data={"csrf_token": token, **WITNESS})
            assert posted.status_code == 404
    assert count(Delegation) == 0


# -- waiting for a second human


def test_over_the_sum_the_page_says_that_it_waits(app, client, scene, person) -> None:
    reviewer = people.make_helper(scene.desk, role="reviewer")
    step = walk(client, person, money_limit="501")
    result = post(client, step, **WITNESS).location
    page = client.get(result)
    assert "A second person looks at it before it begins" in page.text
    with reading() as session:
        pending = session.scalars(select_held()).one()
    assert pending.reference in page.text
    assert count(Delegation) == 0
    # Nothing that the person takes home, and no page of theirs, says that it has begun.
    reference = result.split("/")[-2]
    assert "This has not started yet." in client.get(f"/consents/{reference}/receipt").text
    assert "nobody can act on it" in client.get(f"/consents/{reference}").text
    assert "acting for them, which has not started" in client.get(person).text
    # Sent again, it waits once; refused, it is not asked of somebody else.
    client.post(step, data={"csrf_token": read_token(client.get("/stop"))})
    assert count_held() == 1
    refuse_pending_act(actor=reviewer, pending_act_id=pending.id, reason="Too much")
    assert "did not agree" in client.get(result).text
    again = client.post(result, data={"csrf_token": read_token(client.get("/stop"))})
    assert again.status_code == 403
    assert count_held() == 1


def test_after_a_crash_between_yes_and_beginning_a_button_lets_it_begin(
    client, scene, person
) -> None:
    consent_id = make.represent(scene.helper, scene.person_id)
    path = f"/asking/{make.get_consent(consent_id).reference}/result"
    assert "Let it begin" in client.get(path).text
    assert post(client, path).status_code == 303
    assert count(Delegation) == 1
    assert "Let it begin" not in client.get(path).text


# -- what it costs


def test_no_page_asks_more_than_it_may(client, scene, person, database) -> None:
    for _ in range(3):
        granted.grant(scene.helper, scene.person_id, powers=["see", "pay"])
    row = granted.get_row(granted.grant(scene.helper, scene.person_id, powers=["see", "pay"]))
    step = walk(client, person, services=[make.OTHER_SERVICE], money_limit="10")
    base = step.removesuffix("/confirm/witness")
    pages = [
        f"{person}/delegations",
        f"{person}/delegations/ask",
        f"{person}/stop",
        f"{person}/lift",
        f"/delegations/{row.reference}",
        f"/delegations/{row.reference}/end",
        "/stop",
        *(base + end for end in ("/terms", "/statement", "/said-back", "/confirm")),
        f"{base}/confirm/witness",
        f"{base}/confirm/code",
    ]
    for path in pages:
        client.get(path)
        with counted_statements(database) as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 12, f"{path}: {len(statements)}\n" + "\n".join(statements)
    posts = [
        (f"{person}/delegations/ask", TERMS),
        (f"{base}/statement", {"has_read": "yes"}),
        (f"{base}/said-back", SAID),
        (f"{base}/confirm", {"way": "witness"}),
    ]
    stops = [
        (f"{person}/stop", {"what": "freeze", "how": "in_front", "is_proven": "yes"}),
        (f"/delegations/{row.reference}/end", {"how": "in_front"}),
    ]

    def post(path: str, fields: dict[str, Any]) -> None:
        sent = {**hidden_fields(client.get(path)), **fields}
        with counted_statements(database) as statements:
            assert client.post(path, data=sent).status_code == 303
        assert len(statements) <= MOST["POST"] + BY_CONTROLS, (
            f"{path}: {len(statements)}\n" + "\n".join(statements)
        )

    for path, fields in posts:
        post(path, fields)
    sent = {**hidden_fields(client.get(step)), **WITNESS}
    with counted_statements(database) as statements:
        assert client.post(step, data=sent).location.endswith("/result")
    assert len(statements) <= MOST["POST"] + BY_CONTROLS, f"{len(statements)}\n" + "\n".join(
        statements
    )
    for path, fields in stops:
        post(path, fields)


def test_to_let_somebody_act_by_a_code_asks_no_more(client, scene, person, database) -> None:
    step = walk(client, person, "confirm/code", powers=["see"])
    phone = make.list_phones(scene.helper, scene.person_id)[0]
    sent = {**hidden_fields(client.get(step)), "phone": str(phone.id)}
    with counted_statements(database) as statements:
        assert client.post(f"{step}/send", data=sent).status_code == 303
    assert len(statements) <= MOST["POST"] + BY_CONTROLS, f"{len(statements)}\n" + "\n".join(
        statements
    )
    (code,) = make.read_codes(scene.person_id)
    sent = {**hidden_fields(client.get(step)), "code": code}
    with counted_statements(database) as statements:
        assert client.post(step, data=sent).location.endswith("/result")
    assert len(statements) <= MOST["POST"] + BY_CONTROLS, f"{len(statements)}\n" + "\n".join(
        statements
    )
