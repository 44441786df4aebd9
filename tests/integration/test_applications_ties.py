"""A reason to see a person opens no form of another service: what ties a helper to one (A20)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.applications import (
    service,
    service_evidence,
    service_helping,
    service_outcomes,
    service_viewing,
)
from assistedaccess.audit.explain import NotIncluded, ReasonNeeded
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework import service as casework_service
from assistedaccess.casework import service_entries
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading
from assistedaccess.oversight.models import Flag
from tests.factories import applications as apps
from tests.factories import casework, consent, delegation, outcomes, people
from tests.support.statements import MOST, counted_statements

WITH_FILES = "older-persons-bus-pass"


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene()


def far(scene: apps.Scene) -> Actor:
    """A colleague of another team of the organisation."""
    return people.without_site(people.make_helper(scene.desk))


def with_own_case(scene: apps.Scene) -> Actor:
    """... who sees the person for a reason of their own, and nothing more."""
    actor = far(scene)
    casework.make_case(actor, scene.person_id)
    return actor


def with_other_yes(scene: apps.Scene) -> Actor:
    """A colleague at the very desk, with the person's yes to something else."""
    actor = people.make_helper(scene.desk)
    consent.assist(actor, scene.person_id, consent.OTHER_SERVICE)
    return actor


def with_yes(scene: apps.Scene) -> Actor:
    actor = far(scene)
    consent.assist(actor, scene.person_id, consent.OTHER_SERVICE)
    consent.assist(actor, scene.person_id, apps.SERVICE)
    return actor


def with_delegation(scene: apps.Scene) -> Actor:
    actor = far(scene)
    consent.assist(actor, scene.person_id, consent.OTHER_SERVICE)
    delegation.grant(actor, scene.person_id, services=[apps.SERVICE])
    return actor


def with_task(scene: apps.Scene) -> Actor:
    actor = far(scene)
    consent.assist(actor, scene.person_id, consent.OTHER_SERVICE)
    service_entries.add_task(
        actor=scene.helper,
        case_id=scene.case.id,
        what="Look at the form",
        due_on=clock.today(),
        assigned_to=actor.account_id,
    )
    return actor


def assign(scene: apps.Scene, by: Actor, to: Actor) -> None:
    assert to.account_id is not None
    casework_service.assign_case(
        actor=by, case_id=scene.case.id, version=scene.case.version, account_id=to.account_id
    )


def given_the_case(scene: apps.Scene) -> Actor:
    actor = with_other_yes(scene)
    assign(scene, scene.helper, actor)
    return actor


def taking_the_case(scene: apps.Scene) -> Actor:
    """Who makes the case theirs without a word of anybody."""
    actor = with_other_yes(scene)
    assign(scene, actor, actor)
    return actor


def taking_it_for_a_colleague(scene: apps.Scene) -> Actor:
    """... and has no yes of the person that leaves it out."""
    actor = with_own_case(scene)
    assign(scene, actor, actor)
    return actor


def at_the_desk(scene: apps.Scene) -> Actor:
    return people.make_helper(scene.desk)


@pytest.mark.parametrize(
    ("who", "ends"),
    [
        (at_the_desk, "explained.open_case"),
        (with_yes, "explained.consent_today"),
        (with_delegation, "explained.consent_today"),
        (with_task, "explained.consent_today"),
        (given_the_case, "explained.open_case"),
        (taking_it_for_a_colleague, "explained.open_case"),
        (taking_the_case, NotIncluded),
        (with_other_yes, NotIncluded),
        (with_own_case, ReasonNeeded),
    ],
)
def test_what_ties_a_helper_to_a_form(
    scene: apps.Scene, who: Callable[[apps.Scene], Actor], ends: Any
) -> None:
    reference = apps.start(scene)
    actor = who(scene)
    if not isinstance(ends, str):
        with pytest.raises(ends):
            service_viewing.open_application(actor=actor, reference=reference)
        return
    service_viewing.open_application(actor=actor, reference=reference)
    assert read_last("application.opened").reason_code == ends


def test_what_one_filled_in_oneself_stays_open(scene: apps.Scene) -> None:
    actor = with_yes(scene)
    application_id = service.start_application(
        actor=actor, case_id=scene.case.id, service=apps.SERVICE, mode="assisting"
    )
    with clock.set_clock(people.days_later(1)):
        consent.assist(actor, scene.person_id, consent.OTHER_SERVICE)
        reference = apps.reference_of(application_id)
        assert service_viewing.open_application(actor=actor, reference=reference)


def read_last(action: str) -> AuditEvent:
    with reading() as session:
        query = select(AuditEvent).where(AuditEvent.action == action)
        return session.scalars(query.order_by(AuditEvent.id.desc()).limit(1)).one()


def list_flags(kind: str) -> list[UUID | None]:
    with reading() as session:
        return list(session.scalars(select(Flag.account_id).where(Flag.kind == kind)))


def test_a_stated_reason_opens_a_form_to_who_sees_the_person_and_waits_for_an_auditor(
    scene: apps.Scene,
) -> None:
    reference, actor = apps.start(scene), with_own_case(scene)
    service_viewing.open_application(actor=actor, reference=reference, stated_reason="open_matter")
    assert read_last("application.opened").reason_code == "stated.open_matter"
    assert list_flags("unexplained_look") == [actor.account_id]


def test_a_yes_to_something_else_opens_nothing_of_it_until_the_glass_is_broken(
    app: Flask, scene: apps.Scene
) -> None:
    draft = apps.get_draft(scene.helper, apps.start(scene))
    helped = service_helping.make_record_of_help(
        actor=scene.helper,
        person_id=scene.person_id,
        case_id=scene.case.id,
        service=apps.SERVICE,
        asked="Renew my badge",
        word="here",
    )
    awaited = outcomes.send(scene)
    actor = with_other_yes(scene)
    viewing = service_viewing
    looks: list[Callable[..., Any]] = [
        lambda **why: viewing.open_application(actor=actor, reference=draft.reference, **why),
        lambda **why: viewing.print_application(actor=actor, reference=draft.reference, **why),
        lambda **why: viewing.open_page(
            actor=actor, reference=draft.reference, path=draft.progress.unanswered, **why
        ),
        lambda **why: viewing.open_record_of_help(actor=actor, reference=helped.reference, **why),
        lambda **why: viewing.print_receipt(actor=actor, reference=helped.reference, **why),
        lambda **why: service_outcomes.view_outcome(actor=actor, awaited_id=awaited, **why),
    ]
    for look in looks:
        with pytest.raises(NotIncluded):
            look(stated_reason="open_matter")
        assert read_last("act.refused").reason_code == "out_of_scope"
        look(stated_reason="risk_to_life")
    assert set(list_flags("break_glass")) == {actor.account_id}


def test_a_file_opens_as_its_form_does(app: Flask) -> None:
    scene = apps.make_scene(WITH_FILES)
    reference = apps.start(scene, service_key=WITH_FILES)
    draft = apps.get_draft(scene.helper, reference)
    evidence_id = UUID(apps.add_file(draft, "photo"))
    given = {"reference": reference, "evidence_id": evidence_id}
    with pytest.raises(NotIncluded):
        service_evidence.open_evidence(actor=with_other_yes(scene), **given)
    with pytest.raises(ReasonNeeded):
        service_evidence.open_evidence(actor=with_own_case(scene), **given)
    assert service_evidence.open_evidence(actor=with_task(scene), **given)


def test_the_page_says_how_to_ask_and_costs_no_statement_more(
    app: Flask, scene: apps.Scene, database: Database
) -> None:
    reference = apps.start(scene)
    client = app.test_client()
    people.sign_in(client, with_other_yes(scene))
    page = client.get(f"/applications/{reference}")
    assert page.status_code == 403
    (link,) = [a["href"] for a in apps.soup_of(page).select("main a") if "/help" in a["href"]]
    assert f"service={apps.SERVICE}" in link
    assert reference in link
    people.sign_in(client, at_the_desk(scene))
    with counted_statements(database) as sent:
        assert client.get(f"/applications/{reference}").status_code == 200
    assert len(sent) <= MOST["GET"], sent
