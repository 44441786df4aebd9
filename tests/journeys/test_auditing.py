"""An auditor is told that "somebody at the library looked up her ex-partner's new address last
week": she finds it, proves it, and files the finding. And every page of the desk, looked at."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect

from assistedaccess.audit.sealing import seal_all
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import service as organisations
from assistedaccess.people import queries, service
from tests.factories.casework import make_case
from tests.factories.organisations import (
    Member,
    actor_of,
    enter,
    make_actor,
    make_member,
    make_organisation,
)
from tests.factories.people import make_person, mobile
from tests.support.browser import look, take_screenshot

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG_NAME = "Cordelia Chukwuemeka-Okonkwo O’Brien von und zu Hohenstaufen"


class Town:
    """A library with an honest helper and one who is curious, and an audit office."""

    def __init__(self) -> None:
        self.office = make_organisation(name="Northern Audit Office")
        self.library = make_organisation(name="Millbrook Library")
        organisations.add_audit_remit(
            actor=SYSTEM,
            auditing_organisation_id=self.office.id,
            audited_organisation_id=self.library.id,
        )
        self.auditor = make_member(self.office, "auditor", name="Nell Auditor")
        self.manager = make_member(self.library, "manager", name="Mo Manager")
        self.honest = make_actor(self.library, "helper", name="Hanna Helper")
        self.curious = make_actor(self.library, "helper", name=LONG_NAME)
        last_week = clock.now() - timedelta(days=6)
        with clock.set_clock(last_week):
            self.partner = make_person(
                self.honest,
                "Paul Partner",
                housing="address",
                address={"line_1": "9 New Road", "postcode": "LS1 4AP"},
                contact_points=[mobile()],
            )
            for number in range(12):  # the honest work among which it hides
                somebody = make_person(self.honest, f"Somebody {chr(65 + number)}")
                make_case(self.honest, somebody)
                service.open_person(actor=self.honest, person_id=somebody)
        with clock.set_clock(last_week + timedelta(hours=5)):
            service.state_reason(
                actor=self.curious, person_id=self.partner, reason="other", words="I know him"
            )
            service.open_person(actor=self.curious, person_id=self.partner)
        seal_all()

    @property
    def reference(self) -> str:
        with reading():
            return queries.get_person(self.partner).reference


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


def show_as(page: Page, app: Flask, member: Member, role: str) -> None:
    """Give the browser the member's sign-in."""
    client = FlaskClient(app)
    enter(client, member, role)
    cookie = next(iter(client._cookies.values()))
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
    )


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()


def follow(page: Page, words: str | re.Pattern[str]) -> None:
    page.get_by_role("link", name=words).first.click()
    page.wait_for_load_state()


def test_what_was_told_is_found_proved_and_filed(
    page: Page, app: Flask, town: Town, tmp_path: Path
) -> None:
    # 1. Somebody tells, without a name and without an account.
    page.goto("/something-is-wrong")
    look(page, "auditing-tell")
    page.get_by_label("What is wrong?").fill(
        "Somebody at the library looked up her ex-partner’s new address last week."
    )
    page.get_by_label("Where did it happen?").select_option(label="Millbrook Library")
    press(page, "Send")
    number = page.get_by_text(re.compile(r"T-\w{4}-\w{4}"))
    expect(number).to_have_count(1)
    expect(page.get_by_text("ex-partner")).to_have_count(0)
    look(page, "auditing-sent")

    # 2. The auditor finds the message in the queue, and beside it the look that nothing explains.
    show_as(page, app, town.auditor, "auditor")
    page.goto("/journal/queue")
    look(page, "auditing-queue")
    follow(page, re.compile(r"Somebody says that something is wrong \d"))  # and its day
    expect(page.get_by_text("ex-partner’s new address")).to_have_count(1)
    look(page, "auditing-message")
    page.goto("/journal")
    page.get_by_text("Ask for something else").click()
    page.get_by_label("Organisation", exact=True).select_option(label="Millbrook Library")
    page.get_by_label("Looks or acts").select_option(label="Somebody looked at something")
    page.get_by_label("What stands behind a look").select_option(
        label="The records do not explain it"
    )
    press(page, "Show what happened")
    looks = page.get_by_role("link", name="Person’s record opened")
    expect(looks).to_have_count(1)  # among dozens of events
    look(page, "auditing-asked")
    looks.click()

    # 3. The story: who, at whom, when, in which words, with nothing that came of it; and the proof.
    expect(page.get_by_text(LONG_NAME).first).to_be_attached()
    expect(page.get_by_text(town.reference).first).to_be_attached()
    expect(page.get_by_text("I know him")).to_have_count(1)
    look(page, "auditing-story")
    with page.expect_download() as got:
        follow(page, "Take the proof away, to be checked without us")
    assert "c2sp.org/tlog-proof@v1" in Path(got.value.path()).read_text()

    # 4. The finding, with the event as its first evidence.
    press(page, "Open a finding with this event")
    page.get_by_label("What is it about, in a few words?").fill("A look at an ex-partner")
    page.get_by_label("What was found").fill("Nothing explains it. Her reason: I know him.")
    look(page, "auditing-open")
    press(page, "Open the finding")
    expect(page.get_by_text("the event still has it")).to_have_count(1)
    look(page, "auditing-finding")
    finding = page.url
    page.get_by_label("A question to the organisation").check()
    page.get_by_label("In words").fill("Did she work for him?")
    press(page, "Add to the finding")

    # 5. The library's manager answers; she sees the question and nothing else.
    show_as(page, app, town.manager, "manager")
    page.goto("/journal/asked")
    follow(page, re.compile("^Question"))
    expect(page.get_by_text("Nothing explains it")).to_have_count(0)
    look(page, "auditing-answer")
    page.get_by_label("Your answer").fill("No. He is her former husband.")
    press(page, "Send the answer")

    # 6. The auditor concludes, hands it on, and takes the bundle that a court can check.
    show_as(page, app, town.auditor, "auditor")
    page.goto(finding)
    expect(page.get_by_text("He is her former husband.")).to_have_count(1)
    for kind, words in (("What you conclude", "She looked without need."), ("It is handed on", "")):
        page.get_by_label(kind).check()
        if not words:
            page.get_by_label("The Information Commissioner").check()
        page.get_by_label("In words").fill(words or "Breach of section 170")
        press(page, "Add to the finding")
    page.get_by_label("The finding is closed").check()
    page.get_by_label("In words").fill("Filed.")
    press(page, "Add to the finding")
    expect(page.get_by_text("Nothing can be added to it")).to_have_count(1)
    look(page, "auditing-closed")
    with page.expect_download() as got:
        follow(page, "Bundle for a court or the police")
    with zipfile.ZipFile(got.value.path()) as bundle:
        bundle.extractall(tmp_path)
    checked = subprocess.run(
        [
            sys.executable, "-I", "verify_journal.py", "--key", "key.pub",
            "--proof", "proofs/1.proof",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    line = (tmp_path / "evidence.jsonl").read_bytes().split(b"\n")[0]
    assert hashlib.sha256(b"\0" + line).hexdigest() in checked.stdout
    follow(page, "Report to print")
    page.emulate_media(media="print")
    expect(page.get_by_text("She looked without need.")).to_be_visible()
    take_screenshot(page, "auditing-report-print")


def test_the_other_pages_of_the_desk(page: Page, app: Flask, town: Town) -> None:
    service.state_reason(actor=town.curious, person_id=town.partner, reason="risk_to_life")
    service.open_person(actor=town.curious, person_id=town.partner)
    show_as(page, app, town.auditor, "auditor")
    for path, name in (
        ("/journal/queue?kind=break_glass", "glass"),
        ("/journal/pictures", "pictures"),
        ("/journal/who-saw-what", "who-saw"),
        ("/journal/samples/new", "sample-order"),
        ("/journal/findings", "findings"),
    ):
        page.goto(path)
        look(page, f"auditing-{name}")
    page.goto("/journal/samples/new")
    page.get_by_label("Whether there is any at all").check()
    press(page, "Order the sample")
    seal_all()
    press(page, "Draw the sample")
    look(page, "auditing-sample")
    page.goto("/journal/queue?kind=break_glass")
    follow(page, re.compile("Broken glass"))
    look(page, "auditing-flag")
    press(page, "Decide")
    expect(page.get_by_text("There is a problem")).to_have_count(1)
    look(page, "auditing-flag-errors")


def test_the_covered_record(page: Page, app: Flask, town: Town) -> None:
    colleague = make_member(town.library, "helper", name="Cora Colleague")
    show_as(page, app, colleague, "helper")
    page.goto(f"/people/{town.reference}")
    look(page, "auditing-reason")
    page.get_by_label("The person is here").check()
    press(page, "Continue")
    expect(page.get_by_text("9 New Road")).to_have_count(0)
    look(page, "auditing-covered")
    page.goto(f"/people/{town.reference}/contact")
    look(page, "auditing-covered-refused")
    page.goto(f"/people/{town.reference}/reason")
    page.get_by_label("Somebody’s life is at risk").check()
    press(page, "Continue")
    expect(page.get_by_text("9 New Road").first).to_be_attached()
    assert actor_of(colleague, "helper").role == "helper"
