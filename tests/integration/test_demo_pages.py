"""The demonstration's own pages: who can sign in, and what would have been sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from assistedaccess import create_app
from assistedaccess.accounts.models import Account
from assistedaccess.applications.models import Application, RecordOfHelp
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SECOND_LOOKS
from assistedaccess.casework.models import Case
from assistedaccess.casework.rules import CaseState
from assistedaccess.data_protection.languages import list_languages as list_pack_languages
from assistedaccess.data_protection.languages import list_words as list_pack_words
from assistedaccess.delegation.models import Delegation
from assistedaccess.demo import seed_demonstration
from assistedaccess.demo.accounts import DemoAccount, settings_of_address, write_accounts
from assistedaccess.demo.messages import list_messages
from assistedaccess.kernel import clock
from assistedaccess.kernel.drafts import WITH_DRAFTS
from assistedaccess.kernel.transactions import bind_database, get_database, reading
from assistedaccess.my_record.languages import list_missing_words
from assistedaccess.my_record.rules import Style
from assistedaccess.notices.models import Notice
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.models import Person
from config import Settings
from tests.factories import consent, people, record
from tests.factories.silent import browse
from tests.support.client import PageCheckingClient
from tests.support.clocks import Hand
from tests.support.pages import send

MESSAGES = "/demonstration/messages"


@pytest.fixture
def demo(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The same installation, in demo mode; its connections are closed after it."""
    before = get_database()
    made = create_app(replace(settings, env="demo", data_dir=tmp_path))
    made.test_client_class = PageCheckingClient
    yield made
    get_database().dispose()
    bind_database(before)


def test_each_page_says_so_and_leads_to_accounts_codes_and_messages(
    demo: Flask, tmp_path: Path
) -> None:
    write_accounts(
        tmp_path,
        [
            DemoAccount("bryn@example.org", "Bryn", "volunteer", "four words", sheet=["A5WB-7WJE"]),
            DemoAccount("priya@example.org", "Priya", "helper", "words", secret="JBSWY3DP" * 4),
        ],
    )
    client = demo.test_client()
    for path in ("/sign-in", "/privacy", "/demonstration", MESSAGES, "/nothing-here"):
        page = BeautifulSoup(client.get(path).data, "html.parser")
        banner = page.select_one(".govuk-phase-banner")
        assert banner is not None, path
        assert "This is a demonstration." in banner.text
        assert banner.select_one("a")["href"] == "/demonstration"
    page = client.get("/demonstration")
    assert "A5WB-7WJE" in page.text
    assert MESSAGES in page.text


def test_a_code_for_a_phone_is_sent_and_read_with_one_button(demo: Flask) -> None:
    hand = Hand()
    with clock.set_clock(hand):
        scene = consent.make_scene()
        hand.move(days=1)  # the number was entered yesterday
        request_id = consent.ask(scene.helper, scene.person_id)
        consent.read_and_say(scene.helper, request_id)
        code = consent.send_code(scene.helper, request_id, scene.person_id)
        _press_and_read(demo, code)


def _press_and_read(demo: Flask, code: str) -> None:
    client = demo.test_client()
    page = client.get(MESSAGES)
    assert "Nothing was sent yet." in page.text
    token = BeautifulSoup(page.data, "html.parser").select_one("main [name=csrf_token]")["value"]
    assert client.post(MESSAGES).status_code == 400
    sent = client.post(MESSAGES, data={"csrf_token": token})
    assert sent.status_code == 303
    assert f"Your code is {code}." in client.get(MESSAGES).text


def test_welsh_that_nobody_has_approved_is_offered_and_says_so(demo: Flask) -> None:
    """Each word of the record has a draft, which real use never shows (kernel.drafts)."""
    assert not list_missing_words("cy", WITH_DRAFTS), "draft them, marked fuzzy, in messages.po"
    scene = consent.make_scene()
    consent.assist(scene.helper, scene.person_id)
    reference = people.reference_of(scene.person_id)
    client = browse(demo, scene.helper)
    for style in Style:
        with demo.app_context():
            reading_id = record.begin(scene.helper, scene.person_id, language="cy", style=style)
        page = client.get(f"/people/{reference}/record/{reading_id}")
        assert '<html lang="cy"' in page.text
        assert "Nid oes neb wedi cymeradwyo" in page.text
        assert "Pwy a gaiff weithredu ar eich rhan" in page.text or style is Style.AUDIO
        told = BeautifulSoup(page.data, "html.parser").select_one(".app-letter").text
        assert not [each for each in ("You said", "Your", "They ") if each in told], told


def test_the_access_pack_is_given_in_welsh_with_its_every_word(demo: Flask) -> None:
    missing = list_missing_words("cy", WITH_DRAFTS, list_pack_words())
    assert not missing, "draft them, marked fuzzy, in messages.po"
    scene = consent.make_scene(language="cy")
    consent.assist(scene.helper, scene.person_id)
    client = browse(demo, scene.helper)
    address = f"/people/{people.reference_of(scene.person_id)}/access-pack"
    asked = BeautifulSoup(client.get(address).data, "html.parser")
    assert asked.select_one("input[name=language][checked]")["value"] == "cy"
    given = send(client, address, in_private="yes", language="cy")
    page = BeautifulSoup(client.get(given.location).data, "html.parser")
    told = page.select_one(".app-letter")
    assert told["lang"] == "cy"
    labels = {each.text for each in told.select("h1, h2, h3, dt")}
    assert {"Popeth a gadwn amdanoch", "Amdanoch chi", "Enw"} <= labels
    assert not labels & list_pack_words()
    with demo.app_context():
        assert list_pack_languages() == ("en", "cy")


def test_the_newest_ten_are_shown(demo: Flask, tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir()
    for number in range(12):
        message: dict[str, Any] = {
            "reference": f"N-{number}",
            "channel": "text",
            "to": "+447700900123",
            "subject": "",
            "body": f"Your code is <{number:06}>",
            "language": "en",
        }
        (tmp_path / "outbox" / f"N-{number}.json").write_text(json.dumps(message))
    page = demo.test_client().get(MESSAGES)
    assert page.text.count("Your code is &lt;") == 10


def test_the_town_has_what_a_stranger_needs_to_see_all_of_it(demo: Flask, tmp_path: Path) -> None:
    """Four organisations, 14 accounts, 60 people, work in every state, and somebody who waits."""
    settings = demo.config["SETTINGS"]
    assert seed_demonstration(settings, progress=lambda _: None)
    with reading() as session:

        def count(model: type, *where: Any) -> int:
            return int(session.scalar(select(func.count()).select_from(model).where(*where)) or 0)

        assert (count(Organisation), count(Account), count(Person)) == (4, 14, 60)
        assert set(session.scalars(select(Case.state))) == set(CaseState)
        assert {"draft", "submitted"} <= set(session.scalars(select(Application.state)))
        assert count(Delegation, Delegation.money_period.is_not(None)) > 0
        assert count(Delegation, Delegation.money_period.is_(None)) > 0
        waits = (PendingAct.state == "waiting", PendingAct.command.not_in(SECOND_LOOKS))
        assert count(PendingAct, *waits) > 0  # among them a delegation that is over the sum
        assert count(RecordOfHelp) > 0
        # People were told, and what no sender carries waits for a printer.
        states = set(session.scalars(select(Notice.state)))
        assert {"sent", "to_print"} <= states
    assert len(list_messages(tmp_path)) == 10
    assert (tmp_path / "DEMO").exists()  # which production refuses
    assert not seed_demonstration(settings, progress=lambda _: None)


def test_links_of_invitations_lead_to_where_the_demonstration_is_served(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSISTEDACCESS_PUBLIC_URL", raising=False)
    elsewhere = "http://127.0.0.1:8011"
    assert settings_of_address(settings, elsewhere).public_url == elsewhere
    monkeypatch.setenv("ASSISTEDACCESS_PUBLIC_URL", "https://demo.example")
    assert settings_of_address(settings, elsewhere) == settings


def test_the_pages_are_in_demo_mode_alone(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/demonstration").status_code == 404
    assert client.post(MESSAGES).status_code in (400, 404)
