"""Pages of the ways, met by a browser that sends what no page of ours would."""

from __future__ import annotations

import io
import json

import pytest
from sqlalchemy import select

from assistedaccess.consent.models import Consent, ConsentRequest
from assistedaccess.consent.models_evidence import ConsentPicture
from assistedaccess.consent.pictures import MOST_BYTES
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.service import set_protection
from tests.factories import cards, people
from tests.factories import consent as make
from tests.factories import ways as way
from tests.support.client import PageCheckingClient
from tests.support.pages import read_token


@pytest.fixture
def scene(app):
    return make.make_scene(nation="england")


@pytest.fixture
def client(app, scene):
    app.test_client_class = PageCheckingClient
    made = app.test_client()
    people.sign_in(made, scene.helper)
    return made


@pytest.fixture
def base(scene) -> str:
    """The address of a request that can be confirmed."""
    request_id = way.ready(scene.helper, scene.person_id)
    with reading() as session:
        return f"/asking/{session.get_one(ConsentRequest, request_id).reference}"


def fields(client, path: str) -> dict[str, str]:
    """What the page at ``path`` carries by itself."""
    page = client.get(path)
    with reading() as session:
        terms_hash = session.scalars(select(ConsentRequest.terms_hash)).first()
    return {"csrf_token": read_token(page), "terms_hash": terms_hash}


def test_each_open_way_has_a_page_and_each_closed_one_says_why(client, scene, base) -> None:
    page = client.get(f"{base}/confirm")
    assert "You printed" not in page.text
    assert "The person has no access card." in page.text
    cards.give_card(scene.colleague, scene.person_id)
    page = client.get(f"{base}/confirm")
    for key in ("card", "signature", "paper", "witness", "voucher", "interpreter"):
        assert f'value="{key}"' in page.text
        assert client.get(f"{base}/confirm/{key}").status_code == 200
    assert client.get(f"{base}/confirm/telepathy").status_code == 404


def test_a_picture_is_saved_never_shown_and_no_other_organisations(
    app, client, scene, base
) -> None:
    path = f"{base}/confirm/signature"
    sent = {**fields(client, path), "how": "drawn", "strokes": way.strokes()}
    assert client.post(path, data=sent).location.endswith("/result")
    with reading() as session:
        picture = session.scalars(select(ConsentPicture)).one()
        reference = session.get_one(Consent, picture.consent_id).reference
    address = f"/consents/{reference}/pictures/{picture.id}"
    answer = client.get(address)
    assert answer.data.startswith(b"\x89PNG")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    stranger = app.test_client()
    people.sign_in(stranger, people.make_helper(people.make_desk("Ash Vale")))
    assert stranger.get(address).status_code == 404


@pytest.mark.parametrize("key", ["signature", "witness"])
def test_a_signature_of_a_real_pen_goes_through_the_page(client, scene, base, key: str) -> None:
    """Hundreds of points: a hidden field takes no more than two hundred letters by itself."""
    points = [[20 + n, 100 + (7 * n * n) % 90] for n in range(500)]
    path = f"{base}/confirm/{key}"
    given = {
        "signature": {"how": "drawn"},
        "witness": {**make.WITNESS, "heard": "yes", "witness_part": "drawn"},
    }[key]
    sent = {**fields(client, path), **given, "strokes": json.dumps([points])}
    assert client.post(path, data=sent).location.endswith("/result")


def test_an_upload_that_is_too_large_is_refused_and_elsewhere_none_is_taken(
    client, scene, base
) -> None:
    path = f"{base}/confirm/signature"
    sent = fields(client, path)
    # Raw bodies: a client that writes a form of this size leaves a file of its own open.
    form = "multipart/form-data; boundary=x"
    answer = client.post(path, data=b"x" * (MOST_BYTES + 400_000), content_type=form)
    assert answer.status_code == 413
    answer = client.post(f"{base}/said-back", data=b"x" * 1_200_000, content_type=form)
    assert answer.status_code == 413
    script = io.BytesIO(b"<script>alert(1)</script>")
    answer = client.post(path, data={**sent, "how": "picture", "picture": (script, "a.jpg")})
    assert answer.status_code == 400
    assert "This is not a photograph." in answer.text


def test_what_is_asked_for_goes_back_to_the_page_it_came_from(client, scene, base) -> None:
    cards.give_card(scene.colleague, scene.person_id)
    sent = fields(client, f"{base}/confirm/card")
    ask = f"{base}/confirm/card/ask"
    assert client.post(ask, data=sent).location.endswith("/confirm/card")
    again = client.post(ask, data={**sent, "way": "telephone"})
    assert again.location.endswith("/confirm/telephone")
    assert client.post(ask, data={**sent, "way": "//elsewhere"}).status_code == 404
    assert client.post(ask, data={**sent, "terms_hash": "x"}).status_code == 409
    assert client.post(f"{base}/confirm/post/send", data=sent).status_code == 404


def test_a_form_is_shown_once_it_is_printed_and_with_these_words_alone(client, scene, base) -> None:
    assert client.get(f"{base}/form").status_code == 303
    sent = fields(client, f"{base}/confirm/paper")
    shown = client.get(client.post(f"{base}/form", data=sent).location)
    assert sent["terms_hash"] in shown.text
    assert base.removeprefix("/asking/") in shown.text


def test_what_waits_is_listed_for_who_asked_alone(app, client, scene, base) -> None:
    sent = fields(client, f"{base}/confirm/paper")
    client.post(f"{base}/form", data=sent)
    assert base.removeprefix("/asking/") in client.get("/asking").text
    colleague = app.test_client()
    people.sign_in(colleague, scene.colleague)
    assert "Nothing waits." in colleague.get("/asking").text


def test_what_waits_names_nobody_who_is_protected(client, scene, base) -> None:
    client.post(f"{base}/form", data=fields(client, f"{base}/confirm/paper"))
    assert "<bdi>A.\N{NO-BREAK SPACE}L.</bdi>" in client.get("/asking").text
    lead = people.make_helper(scene.desk, "safeguarding_lead")
    set_protection(actor=lead, person_id=scene.person_id, protect=True, words="On the news")
    assert "<bdi>A.\N{NO-BREAK SPACE}L.</bdi>" not in client.get("/asking").text
