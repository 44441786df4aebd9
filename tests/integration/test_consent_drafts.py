"""Words that nobody has approved: a demonstration alone shows them, and says so each time."""

from __future__ import annotations

import pytest

from assistedaccess.consent import service_ways
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.transactions import reading
from tests.factories import consent, online, people, ways
from tests.factories.silent import browse
from tests.support.pages import send


@pytest.fixture
def scene(app):
    points = [people.mobile(whose="own", is_safe=True), people.email(whose="own", is_safe=True)]
    return consent.make_scene(nation="england", contact_points=points)


def test_words_that_nobody_has_approved_say_so_wherever_they_are_read_or_printed(
    app, scene, monkeypatch
) -> None:
    """The Welsh words are a draft: a demonstration alone offers them, and each page says so."""
    asked_in_welsh = {"powers": ["see"], "language": "cy"}
    with pytest.raises(InvalidInput):
        consent.ask(scene.helper, scene.person_id, **asked_in_welsh)
    monkeypatch.setattr("assistedaccess.consent.queries.shows_drafts", lambda: True)
    client = browse(app, scene.helper)

    def reads(page) -> None:
        assert page.status_code == 200, page.request.path
        assert "Nobody has approved these words yet." in page.text, page.request.path

    request_id = consent.ask(scene.helper, scene.person_id, **asked_in_welsh)
    consent.read_and_say(scene.helper, request_id)
    with reading() as session:
        number = session.get_one(ConsentRequest, request_id).reference
    reads(client.get(f"/asking/{number}/statement"))
    online.open_link(scene.helper, request_id)
    facts = online.read_facts(scene.person_id, "consent_link")
    theirs = app.test_client()
    send(theirs, "/yes/" + facts["link"].rpartition("/")[2], code=facts["code"])
    reads(theirs.get("/my-record/asked"))
    ways.print_form(scene.helper, request_id)
    reads(client.get(f"/asking/{number}/form"))
    consent.confirm(scene.helper, request_id)
    reads(client.get(f"/consents/{number}"))
    reads(client.get(f"/consents/{number}/receipt"))
    client.set_cookie("language", "cy")
    reads(client.get(f"/services/{consent.SERVICE}/paper"))
    # And the letter, which carries the words themselves.
    with reading() as session, app.test_request_context():
        row = session.get_one(ConsentRequest, request_id)
        assert "approved these words" in service_ways.list_words(row, "Harriet")[0]
