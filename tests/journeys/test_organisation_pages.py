"""The pages of organisations, and of what waits for a second human, wide and narrow."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import service
from assistedaccess.organisations.queries import list_hats
from assistedaccess.organisations.rules import CheckLevel, Course
from tests.factories.accounts import open_sign_in
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    actor_of,
    check,
    make_member,
    make_organisation,
    make_site,
    train,
)
from tests.support.browser import check_accessibility, take_screenshot

WIDTHS = (1200, 320)


def enter(page: Page, address: str, member: Member, role: str) -> None:
    """Sign the browser in, in that role."""
    with reading():
        hat = next(hat for hat in list_hats(member.account_id) if hat.role == role)
    token = open_sign_in(member.account_id, hat)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sign-in", "value": token.token, "url": address}])


def look(page: Page, path: str, name: str) -> None:
    """Open a page at both widths: nothing sticks out, axe finds nothing."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        check_accessibility(page)
        take_screenshot(page, f"organisations-{name}-{width}")
        sticks_out = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not sticks_out, f"{path} scrolls sideways at {width}"


@pytest.fixture
def organisation(app: Flask) -> MadeOrganisation:
    made = make_organisation(
        name="Milltown Council",
        required_courses=[Course.DATA_PROTECTION, Course.SAFEGUARDING_ADULTS],
        required_check=CheckLevel.ENHANCED,
        nation="scotland",
    )
    make_site(made, name="Town Hall")
    return made


@pytest.fixture
def manager(organisation: MadeOrganisation) -> Member:
    return make_member(organisation, "manager", name="Mary Manager")


@pytest.fixture
def helper(organisation: MadeOrganisation) -> Member:
    made = make_member(organisation, "helper", "reviewer", name="Sue Soon")
    for course in (Course.DATA_PROTECTION, Course.SAFEGUARDING_ADULTS):
        train(made, course, on=clock.today() - timedelta(days=330))
    check(made)
    return made


def test_a_managers_pages(
    page: Page, live_server: str, organisation: MadeOrganisation, manager: Member, helper: Member
) -> None:
    make_member(organisation, name="Wolfeschlegelsteinhausenbergerdorff " * 3, kind="volunteer")
    enter(page, live_server, manager, "manager")
    base = f"/organisations/{organisation.reference}"
    member = f"/members/{helper.membership_reference}"
    look(page, base, "organisation")
    for path in ("/edit", "/sites/new", "/members/new"):
        look(page, base + path, "organisation" + path.replace("/", "-"))
    look(page, member, "member")
    for path in ("/edit", "/training/new", "/checks/new", "/roles/new", "/suspend", "/end"):
        look(page, member + path, "member" + path.replace("/", "-"))
    look(page, "/pending-acts", "pending-acts-empty")


def test_an_invitation_and_the_second_human(
    page: Page, live_server: str, organisation: MadeOrganisation, manager: Member, helper: Member
) -> None:
    enter(page, live_server, manager, "manager")
    page.set_viewport_size({"width": 1200, "height": 900})
    page.goto(f"/organisations/{organisation.reference}")
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter their name")
    take_screenshot(page, "organisations-invite-errors")
    page.get_by_label("Full name").fill("Sam Reed")
    page.get_by_label("Email address").fill("sam.reed@example.org")
    page.get_by_label("Volunteer").check()
    page.get_by_label("Town Hall").check()
    page.get_by_label("Helper", exact=True).check()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("heading", name="Invitation")).to_be_visible()
    check_accessibility(page)
    take_screenshot(page, "organisations-invitation-1200")
    page.set_viewport_size({"width": 320, "height": 900})
    take_screenshot(page, "organisations-invitation-320")
    page.get_by_role("link", name=re.compile("^W-")).click()
    reference = page.url.rpartition("/")[2]
    look(page, f"/pending-acts/{reference}", "pending-act")
    look(page, "/pending-acts", "pending-acts")

    enter(page, live_server, helper, "reviewer")
    look(page, "/reviews", "reviews")
    look(page, f"/reviews/{reference}", "review")
    page.get_by_label("Release it").check()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the reason")
    take_screenshot(page, "organisations-review-errors")
    page.get_by_label("Reason").fill("I rang the library: they know Sam")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Released. It is done.")).to_be_visible()
    take_screenshot(page, "organisations-review-released")


def test_an_administrators_pages(
    page: Page, live_server: str, organisation: MadeOrganisation, manager: Member
) -> None:
    pool = make_organisation(name="County Pool", is_pool=True)
    administrator = make_member(pool, "administrator", name="Adam Admin")
    with pytest.raises(Held) as held:
        service.change_organisation(
            actor=actor_of(manager, "manager"),
            organisation_id=organisation.id,
            name="Milltown Council",
            kind="council",
            nation="scotland",
            required_courses=[],
            training_valid_months=24,
            required_check=None,
            check_valid_months=36,
            is_pool=False,
        )
    enter(page, live_server, administrator, "administrator")
    look(page, "/organisations", "organisations")
    look(page, "/organisations/new", "organisations-new")
    look(page, f"/organisations/{organisation.reference}/close", "organisation-close")
    look(page, f"/organisations/{organisation.reference}/auditors/new", "auditors-new")
    look(page, f"/reviews/{held.value.pending_reference}", "review-requirements")


def test_declarations(
    page: Page, live_server: str, organisation: MadeOrganisation, helper: Member
) -> None:
    service.declare_interest(
        actor=actor_of(helper, "helper"), kind="relative", name="يوسف المهدي", relation="sibling"
    )
    enter(page, live_server, helper, "helper")
    look(page, "/my-declarations", "declarations")
    for kind in ("relatives", "bank-accounts", "contact-points"):
        look(page, f"/my-declarations/{kind}/new", f"declare-{kind}")
