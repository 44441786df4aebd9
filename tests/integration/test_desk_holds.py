"""The manager's page of how what waited ended: their own organisation's, and nothing of anybody."""

from __future__ import annotations

from flask import Flask

from assistedaccess.desk.service_holds import view_holds
from assistedaccess.kernel.database import Database
from tests.factories import people
from tests.support.statements import counted_statements

from .test_my_record_replies import claim, scene, waits  # noqa: F401


def test_a_manager_sees_their_own_organisation_in_numbers(
    app: Flask,
    scene,  # noqa: F811
    waits,  # noqa: F811
    database: Database,
) -> None:
    manager = people.make_helper(scene.desk, role="manager")
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"), role="manager")
    assert view_holds(actor=elsewhere).waiting == 0
    summary = view_holds(actor=manager)
    assert summary.waiting is None  # one: fewer than five
    assert summary.longest is not None
    client = app.test_client()
    people.sign_in(client, manager)
    assert "/team/holds" in client.get("/pending-acts").text
    with counted_statements(database) as statements:
        shown = client.get("/team/holds").text
    assert "fewer than five" in shown
    assert "Ada" not in shown
    assert len(statements) <= 12
