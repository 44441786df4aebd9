"""The policy is changed by two humans, and then it counts for whatever has not begun."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from assistedaccess.access.policy import PermissionMissing
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SameHuman, State
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.consent import queries, rules, service_statements
from assistedaccess.consent.forms_policy import enter_policy
from assistedaccess.consent.models import ConsentPolicy
from assistedaccess.consent.service import SpokenNotEnough
from assistedaccess.consent.service_policy import change_policy
from assistedaccess.delegation.rules import OutOfScope
from assistedaccess.delegation.service import grant_delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import Held, InvalidInput, StaleVersion
from assistedaccess.kernel.transactions import reading
from tests.factories import consent as make
from tests.factories import people, ways
from tests.support.client import PageCheckingClient
from tests.support.held import select_held
from tests.support.journal import list_events
from tests.support.pages import read_token

pytestmark = pytest.mark.usefixtures("app")
DOCUMENT = json.loads((Path(rules.__file__).parent / "policy.json").read_text("utf-8"))


def other(**powers: str) -> dict[str, Any]:
    """The policy with other strengths."""
    return {**DOCUMENT, "powers": {**DOCUMENT["powers"], **powers}}


@pytest.fixture
def administrators(app):
    desk = people.make_desk("Administration")
    return [people.make_helper(desk, "administrator") for _each in range(2)]


def get_policy() -> rules.Policy:
    with reading():
        return queries.get_policy()


def ask(actor, document: dict[str, Any], base: int | None = None) -> PendingAct:
    """Somebody asks for it; what then waits."""
    with pytest.raises(Held):
        change_policy(actor=actor, base_version=base or get_policy().version, document=document)
    with reading() as session:
        query = select_held().order_by(PendingAct.id.desc())
        return session.scalars(query).first()


def release(administrators, pending: PendingAct) -> Any:
    drawn = next(one for one in administrators if one.account_id == pending.drawn_account_id)
    with clock.set_clock(people.days_later(1.01)):  # it has to be known for a day
        return release_pending_act(
            actor=drawn, pending_act_id=pending.id, reason="Agreed in council"
        )


def test_nobody_changes_it_alone(administrators) -> None:
    before = get_policy()
    pending = ask(administrators[0], other(see="standard"))
    assert get_policy() == before
    assert pending.drawn_human_id == administrators[1].human_id
    with pytest.raises(SameHuman):
        release_pending_act(actor=administrators[0], pending_act_id=pending.id, reason="Mine")
    assert release(administrators, pending).state is State.RELEASED
    after = get_policy()
    assert (after.version, after.strengths["see"]) == (before.version + 1, "standard")
    assert list_events("policy.changed")


def test_of_two_changes_of_one_version_the_second_is_not_done(administrators) -> None:
    first = ask(administrators[0], other(see="standard"))
    second = ask(administrators[1], other(see="strong"))
    release(administrators, first)
    assert release(administrators, second).state is State.FAILED
    assert get_policy().strengths["see"] == "standard"
    with pytest.raises(StaleVersion):
        change_policy(actor=administrators[0], base_version=1, document=DOCUMENT)


def test_no_policy_makes_a_reserved_power_lighter_and_no_helper_asks(administrators) -> None:
    with pytest.raises(InvalidInput):
        change_policy(
            actor=administrators[0],
            base_version=get_policy().version,
            document=other(change_payment_details="standard"),
        )
    with pytest.raises(PermissionMissing):
        change_policy(actor=make.make_scene().helper, base_version=2, document=DOCUMENT)


def test_the_new_rules_count_for_what_has_not_begun(administrators) -> None:
    scene = make.make_scene()
    consent_id = make.represent(scene.helper, scene.person_id)
    release(administrators, ask(administrators[0], other(submit="strong")))
    with pytest.raises(OutOfScope):
        grant_delegation(actor=scene.helper, consent_id=consent_id)
    with pytest.raises(rules.ConsentTooWeak):
        make.represent(scene.helper, scene.person_id)


def test_which_kind_of_helper_may_hold_a_power_is_the_policys(administrators) -> None:
    scene = make.make_scene()
    holders = {**DOCUMENT["holders"], "staff": ["see", "fill_in"]}
    release(administrators, ask(administrators[0], {**DOCUMENT, "holders": holders}))
    with pytest.raises(rules.PowerNotOffered):
        make.ask(scene.helper, scene.person_id, powers=["submit"])
    make.ask(scene.helper, scene.person_id, powers=["see"])


@pytest.mark.parametrize(("percent", "drawn"), [(0, 0), (100, 2)])
def test_a_spoken_yes_is_looked_at_again_as_often_as_the_policy_says(
    administrators, percent: int, drawn: int
) -> None:
    scene = make.make_scene()
    spoken = {**DOCUMENT["spoken"], "sample_percent": percent}
    release(administrators, ask(administrators[0], {**DOCUMENT, "spoken": spoken}))
    for service in (make.SERVICE, make.OTHER_SERVICE):
        make.assist(scene.helper, scene.person_id, service)
    assert len(list_events("consent.sampled")) == drawn
    # So is what somebody without an account heard, whether they signed or not.
    make.represent(scene.helper, scene.person_id, powers=["see"])
    make.represent(scene.helper, scene.person_id, powers=["receive_messages"])
    assert len(list_events("consent.sampled")) == 2 * drawn
    asked = ways.ready(scene.helper, scene.person_id, powers=["see"])
    ways.confirm(scene.helper, asked, "interpreter", **ways.INTERPRETER)
    assert len(list_events("consent.sampled")) == 5 * drawn // 2


def test_where_a_spoken_yes_is_enough_for_nothing_none_is_recorded(administrators) -> None:
    scene = make.make_scene()
    spoken = {"powers": [], "sample_percent": 10}
    release(administrators, ask(administrators[0], {**DOCUMENT, "spoken": spoken}))
    with pytest.raises(SpokenNotEnough):
        make.assist(scene.helper, scene.person_id)


def test_what_two_humans_decided_outlives_the_next_version_of_the_program(administrators) -> None:
    release(administrators, ask(administrators[0], other(see="standard")))
    service_statements.publish_statements()
    assert get_policy().strengths["see"] == "standard"
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(ConsentPolicy)) == 2


def test_everybody_reads_the_rules_and_an_administrator_asks_for_others(
    app, administrators
) -> None:
    app.test_client_class = PageCheckingClient
    helper = app.test_client()
    people.sign_in(helper, make.make_scene().helper)
    page = helper.get("/consent-rules")
    assert "Pay, up to a limit" in page.text
    assert "Change the rules" not in page.text
    assert helper.get("/consent-rules/change").status_code == 403

    client = app.test_client()
    people.sign_in(client, administrators[0])
    page = client.get("/consent-rules/change")
    fields = {
        **enter_policy(get_policy()),
        "csrf_token": read_token(page),
        "needs_see": "standard",
    }
    answer = client.post("/consent-rules/change", data=fields)
    assert "Somebody else" in answer.text or "second person" in answer.text
    with reading() as session:
        pending = session.scalars(select_held()).one()
    reviewer = app.test_client()
    drawn = next(one for one in administrators if one.account_id == pending.drawn_account_id)
    people.sign_in(reviewer, drawn)
    shown = reviewer.get(f"/reviews/{pending.reference}")
    assert "Basic, to become: Standard" in shown.text
    bad = client.post("/consent-rules/change", data={**fields, "longest_months": "13"})
    assert bad.status_code == 400
