"""The authority that the other side accepts: its form, filled in; what was sent, until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from assistedaccess.delegation import service_authority
from assistedaccess.delegation.rules_authority import find_last_day
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.transactions import reading
from assistedaccess.kernel.working_days import add_months
from assistedaccess.services.queries import list_services
from assistedaccess.web.filters import format_date
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people, record
from tests.support.client import PageCheckingClient
from tests.support.journal import list_events
from tests.support.pages import send

UC = "universal-credit"
HOME = {"line_1": "9 Orchard Close", "town": "Millbrook", "postcode": "LS1 4AP"}


@pytest.fixture
def scene(app):
    return make.make_scene(nation="england", housing="address", address=HOME)


@pytest.fixture
def client(app, scene) -> FlaskClient:
    make.assist(scene.helper, scene.person_id)  # so that a look is explained
    return browse(app, scene.helper)


def browse(app, actor) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, actor)
    return client


def address_of(delegation_id) -> str:
    return f"/delegations/{granted.get_row(delegation_id).reference}/authority"


def note(actor, delegation_id, **more):
    return service_authority.note_sent_authority(
        actor=actor,
        reference=granted.get_row(delegation_id).reference,
        **{"service": UC, "how": "post", "runs_out_on": clock.today(), **more},
    )


def test_each_service_has_its_own_form_filled_in(client, scene) -> None:
    with reading():
        entries = [view.entry for view in list_services()]
    keys = [entry.slug for entry in entries]
    terms = {"services": keys, "purpose": "Ask why the rent part is less", "powers": ["see"]}
    held = granted.grant(scene.helper, scene.person_id, **terms, telling="All about my rent")
    here = address_of(held)
    page = client.get(here).text
    for entry in entries:
        assert entry.authority.accepts.en in page
        form = client.get(f"{here}/{entry.slug}").text
        assert entry.run_by.en.partition(";")[0] in form
        last = find_last_day(entry.authority.months, clock.today(), make.end_day())
        for word in ("Ada Lovelace", terms["purpose"], "All about my rent", format_date(last)):
            assert word in form
        assert HOME["line_1"] in form
        assert ("explicit consent" in form) == (entry.authority.kind == "explicit_consent")
    printed = list_events("authority.printed")
    assert [event.service for event in printed] == keys
    assert {event.subject_id for event in printed} == {held}
    months = {e.slug: e.authority.months for e in entries if e.authority.months}
    assert set(months) >= {UC}


def test_an_address_that_is_hidden_stands_on_no_form(client, app) -> None:
    hidden = make.make_scene(housing="address", address=HOME, hides_address=True)
    held = granted.grant(hidden.helper, hidden.person_id)
    form = browse(app, hidden.helper).get(f"{address_of(held)}/{make.SERVICE}")
    assert form.status_code == 200
    assert HOME["line_1"] not in form.text


@pytest.mark.parametrize("wish", ["no_paper_at_home", "contact_is_unsafe"])
def test_whoever_wants_no_paper_is_asked_before_it_is_printed(app, wish: str) -> None:
    asked = "This person wants no paper at home. Ask them, alone, before you print."
    for is_unsafe in (True, False):
        one = make.make_scene(**{wish: is_unsafe})
        held = granted.grant(one.helper, one.person_id)
        form = browse(app, one.helper).get(f"{address_of(held)}/{make.SERVICE}")
        assert (asked in form.text) is is_unsafe


def test_what_was_sent_is_kept_told_and_taken_back_when_it_ends(client, scene) -> None:
    held = granted.grant(scene.helper, scene.person_id, services=[UC], powers=["see"])
    here = address_of(held)
    until = add_months(clock.today(), 1)
    assert f'value="{add_months(clock.today(), 1).day}"' in client.get(here).text  # offered
    day = {"runs_out_on-day": "", "runs_out_on-month": "", "runs_out_on-year": ""}
    assert "Enter the last day" in send(client, here, service=UC, how="post", **day).text
    day = {
        "runs_out_on-day": str(until.day),
        "runs_out_on-month": str(until.month),
        "runs_out_on-year": str(until.year),
    }
    for _click in range(2):
        answer = send(client, here, service=UC, how="post", request_key="k" * 43, **day)
        assert answer.status_code == 303
    assert client.get(here).text.count("It counts there until") == 1
    (event,) = list_events("authority.sent")
    assert (event.service, event.reason_code) == (UC, "post")
    (facts,) = granted.told(scene.person_id, "authority_sent")
    assert facts["service"] == "Universal Credit"
    assert facts["until"].endswith(str(until.year))
    story = [str(line.words) for line in record.read(scene.colleague, scene.person_id).record.lines]
    assert any("sent off that" in line for line in story)

    view = here.removesuffix("/authority")
    assert "They still go by it" not in client.get(view).text
    granted.service.end_delegation(actor=scene.colleague, delegation_id=held, how="in_front")
    assert "They still go by it" in client.get(view).text
    with pytest.raises(Refused) as raised:
        note(scene.helper, held)
    assert raised.value.reason_code == "delegation_ended"
    assert client.get(f"{here}/{UC}").status_code == 403


def test_it_lasts_no_longer_than_the_yes_and_is_the_holders_alone(scene) -> None:
    last = clock.today() + timedelta(days=20)
    held = granted.grant(scene.helper, scene.person_id, services=[UC], until_on=last)
    for day in (clock.today() - timedelta(days=1), last + timedelta(days=1)):
        with pytest.raises(InvalidInput) as wrong:
            note(scene.helper, held, runs_out_on=day)
        assert wrong.value.field == "runs_out_on"
    with pytest.raises(InvalidInput):
        note(scene.helper, held, how="pigeon")
    other = people.make_helper(people.make_desk())
    for actor, service in ((scene.colleague, UC), (other, UC), (scene.helper, make.SERVICE)):
        with pytest.raises(NotFound):
            note(actor, held, service=service)
    assert list_events("authority.sent") == []
    note(scene.helper, held, runs_out_on=last)


@pytest.mark.parametrize(
    ("months", "last_on", "expected"),
    [
        (None, date(2027, 11, 29), date(2027, 11, 29)),
        (1, date(2027, 11, 29), date(2026, 12, 29)),
        (1, date(2026, 12, 5), date(2026, 12, 5)),
        (3, date(2027, 11, 29), date(2027, 2, 28)),
    ],
)
def test_the_last_day_on_the_form(months, last_on, expected) -> None:
    assert find_last_day(months, date(2026, 11, 29), last_on) == expected
