"""The network of payees: whose forms pay several people into one account, opened to those forms."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from assistedaccess.applications.service import start_application
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from tests.factories import applications, consent
from tests.factories.casework import make_case
from tests.factories.people import make_person, mobile
from tests.support.statements import counted_statements

from .test_oversight_flags import Setting
from .test_oversight_story import MOST_STATEMENTS, auditor, setting

__all__ = ["auditor", "setting"]

KEY = "council-crisis-support"
HOME = {"line_1": "2 Mill Lane", "town": "Millbrook", "postcode": "LS1 4ZZ"}


def pay_into(helper: Actor, number: int, name: str) -> str:
    """A claim of one of a family, paid into the account that they share; its reference."""
    person_id = make_person(
        helper,
        name,
        nation="england",
        housing="address",
        address=HOME,
        contact_points=[mobile(f"07700 90045{number}", whose="own")],
    )
    case = make_case(helper, person_id, service=KEY)
    consent.assist(helper, person_id, KEY)
    reference = applications.reference_of(
        start_application(actor=helper, case_id=case.id, service=KEY, mode="assisting")
    )
    account = {"sortCode": "089999", "accountNumber": "66374958", "rollNumber": None}
    wanted = {"how": "account", "accountName": "J Clarke", **account}
    draft = applications.answer_all(helper, reference, wanted)
    applications.read_back(helper, draft)
    applications.submit(helper, draft)
    return reference


def test_an_account_that_three_share_is_drawn_and_opens_to_its_forms(
    setting: Setting, auditor: FlaskClient, database: Database
) -> None:
    pay_into(setting.helper, 1, "Joan Clarke")
    pay_into(setting.helper, 2, "Jim Clarke")
    assert "No account is shared by three people" in auditor.get("/journal/pictures").text
    pay_into(setting.colleague, 3, "Jack Clarke")
    with counted_statements(database) as statements:
        page = auditor.get("/journal/pictures")
    assert len(statements) <= MOST_STATEMENTS
    soup = BeautifulSoup(page.text, "html.parser")
    assert len(soup.select("svg.app-chart")) == 4  # no case has changed hands: that one is left out
    assert "66374958" not in page.text
    table = next(one for one in soup.select("table") if "Paid into" in one.text)
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("td, th")]
        for row in table.select("tbody tr")
    ]
    assert [(row[0], row[1], row[2][0]) for row in rows] == [
        ("Hal Helper", "Account 1", "2"),
        ("Cora Colleague", "Account 1", "1"),
    ]
    link = table.select_one("tbody a")
    assert link is not None
    opened = auditor.get(str(link["href"])).text
    assert "Hal Helper" in opened
    assert "Cora Colleague" not in opened
