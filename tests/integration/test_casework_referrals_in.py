"""How somebody came here, and what a benefits calculator said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from assistedaccess.casework import service_benefits, service_referrals_in
from assistedaccess.casework import service_referral_steps as steps
from assistedaccess.casework.models_benefits import BenefitsCheck
from assistedaccess.casework.models_referrals_in import ReferralIn
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from tests.factories import applications as apps
from tests.factories import casework, people, record
from tests.factories.applications import signed_in as client_of
from tests.factories.referrals import add_place, colleague_of, get, refer
from tests.support.journal import last_event
from tests.support.pages import read_token, send
from tests.support.statements import counted_statements

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene("pension-credit", contact_points=[people.mobile(whose="own")])


def came(scene: apps.Scene, **fields: Any) -> UUID:
    given: dict[str, Any] = {"kind": "debt", "came_on": clock.today(), **fields}
    if not {"referral_id", "place_id", "other_place"} & set(fields):
        given["other_place"] = "Mill Advice"
    return service_referrals_in.record_referral_in(
        actor=scene.helper, case_id=scene.case.id, **given
    )


def test_how_they_came_stands_in_the_case_and_a_refuge_does_not(
    scene: apps.Scene, app: Flask, database: Database
) -> None:
    for wrong, field in (
        ({"kind": "x"}, "kind"),
        ({"came_on": clock.today() + timedelta(days=1)}, "came_on"),
        ({"other_place": ""}, "place"),
    ):
        with pytest.raises(InvalidInput) as refused:
            came(scene, **wrong)
        assert refused.value.field == field
    with counted_statements(database) as statements:
        came(scene, words="Brought a letter")
    assert len(statements) <= 30
    place = add_place(colleague_of(scene.helper, "manager"), name="Willow", kinds=["refuge"])
    hidden = came(scene, place_id=place, kind="housing")
    ours = client_of(app, scene.helper)
    with counted_statements(database) as statements:
        story = ours.get(f"/cases/{scene.case.reference}").text
    assert len(statements) <= 12
    for word in ("How they came here", "Mill Advice", "Brought a letter", "Private"):
        assert word in story
    assert "Willow" not in story
    with counted_statements(database) as statements:
        page = ours.get(f"/came-by/{hidden}").text
    assert len(statements) <= 12
    assert "Willow" in page
    assert last_event("referral_in.opened").person_id == scene.person_id
    covered = client_of(app, colleague_of(scene.helper)).get(f"/came-by/{hidden}").text
    assert "Willow" not in covered
    assert "This is private" in covered
    third = client_of(app, people.make_helper(people.make_desk("Third Place")))
    assert third.get(f"/came-by/{hidden}").status_code == 404
    alone = record.read(scene.helper, scene.person_id)
    company = record.read(scene.helper, scene.person_id, in_private=False)
    said = [sum("sent you here" in str(line.words) for line in one.record.lines) for one in
            (alone, company)]  # fmt: skip
    assert said == [2, 1]


def test_who_comes_with_a_referral_of_this_system_has_arrived(
    scene: apps.Scene, app: Flask, database: Database
) -> None:
    giver = people.make_helper(people.make_desk("Hillside Advice"))
    theirs = casework.make_case(giver, scene.person_id)
    made = refer(giver, theirs.id, to_organisation_id=scene.helper.organisation_id)
    elsewhere = refer(giver, theirs.id)
    ours = client_of(app, scene.helper)
    page = f"/cases/{scene.case.reference}/came-by"
    with counted_statements(database) as statements:
        shown = ours.get(page)
    assert len(statements) <= 12
    assert "Hillside Advice Trust, by a referral of" in shown.text
    with counted_statements(database) as statements:
        done = ours.post(
            page,
            data={
                "csrf_token": read_token(shown),
                "request_key": new_request_key(),
                "place": f"ref.{made}",
                "kind": "debt",
                "came_on-day": str(clock.today().day),
                "came_on-month": str(clock.today().month),
                "came_on-year": str(clock.today().year),
            },
        )
    assert done.status_code == 303
    assert len(statements) <= 34  # the sign-in and the form's key come on top of the command's 30
    assert (get(made).state, get(made).arrival) == ("accepted", "arrived")
    assert "Arrived" in client_of(app, giver).get("/referrals").text
    assert "by a referral of" not in ours.get(page).text  # once
    with pytest.raises(StaleVersion):
        came(scene, referral_id=made)
    with pytest.raises(NotFound):
        came(scene, referral_id=elsewhere)
    steps.withdraw_referral(actor=giver, referral_id=made)
    with pytest.raises(NotFound):
        came(scene, referral_id=made)
    with reading() as session:
        assert session.scalars(select(ReferralIn.referral_id)).all() == [made]


def test_a_result_is_kept_only_where_the_person_wishes_it(
    scene: apps.Scene, app: Flask, database: Database
) -> None:
    def keep(**fields: Any) -> UUID:
        given = {
            "calculator": "turn2us",
            "checked_on": clock.today(),
            "wishes": True,
            "weekly_pence": 4520,
            "may_claim": "Housing Benefit",
            **fields,
        }
        return service_benefits.record_benefits_check(
            actor=scene.helper, case_id=scene.case.id, **given
        )

    for wrong, field in (
        ({"wishes": False}, "wishes"),
        ({"calculator": "x"}, "calculator"),
        ({"weekly_pence": -1}, "weekly_pence"),
        ({"weekly_pence": 99_999_999}, "weekly_pence"),
        ({"weekly_pence": None, "may_claim": ""}, "may_claim"),
        ({"checked_on": clock.today() + timedelta(days=1)}, "checked_on"),
    ):
        with pytest.raises(InvalidInput) as refused:
            keep(**wrong)
        assert refused.value.field == field
    with reading() as session:
        assert session.scalars(select(BenefitsCheck)).all() == []
    with counted_statements(database) as statements:
        keep()
    assert len(statements) <= 30
    story = client_of(app, scene.helper).get(f"/cases/{scene.case.reference}").text
    for word in ("What Turn2us Benefits Calculator said", "£45.20 a week", "Housing Benefit"):
        assert word in story
    with pytest.raises(NotFound):
        service_benefits.record_benefits_check(
            actor=people.make_helper(people.make_desk("Third Place")),
            case_id=scene.case.id,
            calculator="turn2us",
            checked_on=clock.today(),
            wishes=True,
            weekly_pence=0,
        )


@ON_SQLITE
def test_the_calculators_open_apart_and_a_double_click_keeps_one_result(
    scene: apps.Scene, app: Flask
) -> None:
    ours = client_of(app, scene.helper)
    page = f"/cases/{scene.case.reference}/benefits-check"
    for path in ("/benefits-calculators", page):
        links = BeautifulSoup(ours.get(path).text, "lxml").select("main a[target=_blank]")
        assert len(links) == 4
        for link in links:
            assert "noopener" in link["rel"]
            assert scene.case.reference not in link["href"]
    key = new_request_key()
    for _ in range(2):
        done = send(
            ours,
            page,
            request_key=key,
            calculator="entitledto",
            weekly_pence="0",
            wishes="yes",
            **{
                "checked_on-day": str(clock.today().day),
                "checked_on-month": str(clock.today().month),
                "checked_on-year": str(clock.today().year),
            },
        )
        assert done.status_code == 303
    with reading() as session:
        assert len(session.scalars(select(BenefitsCheck)).all()) == 1
    assert "£0 a week" in ours.get(f"/cases/{scene.case.reference}").text
