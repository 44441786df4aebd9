"""How somebody becomes a helper: a manager invites, records what is required, asks for the role;
somebody else, whom the system draws, lets it happen."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import select

from assistedaccess.approvals.models import PendingAct
from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading

from .cast import Town, Worker
from .screen import Screen


def invite_a_volunteer(manager: Screen, name: str, email: str, site: str) -> str:
    """The link that the manager hands over; it is shown once."""
    manager.press("Invite somebody", "Invite somebody")
    manager.type("Full name", name)
    manager.type("Email address", email)
    manager.choose("Volunteer", site)
    manager.press("Invite", "Invitation")
    manager.reads("It works once, and for 7 days.", "You need no phone for it.")
    return urlsplit(manager.page.locator(".app-break-anywhere").inner_text()).path


def record_training(manager: Screen, member: str, course: str) -> None:
    """Completed today; from the member's page and back to it."""
    manager.press("Record training", "Record training")
    manager.choose(course)
    manager.type_date("When was it completed?", *today())
    manager.press("Record training", member)


def record_check(manager: Screen, member: str, check: str) -> None:
    """The same for a background check."""
    manager.press("Record a check", "Record a background check")
    manager.choose(check)
    manager.type_date("Date on the certificate", *today())
    manager.press("Record check", member)


def ask_for_role(manager: Screen, role: str) -> str:
    """Ask that the member may hold this role; the reference of what now waits."""
    manager.follow("Give a role", "Give a role")
    manager.choose(role)
    manager.press("Ask for this role", "This waits for a second person")
    return manager.find_reference("W")


def find_who_was_drawn(town: Town, reference: str) -> Worker:
    """Whom the system drew to decide: one of several, at random."""
    with reading() as session:
        account_id = session.scalar(
            select(PendingAct.drawn_account_id).where(PendingAct.reference == reference)
        )
    assert account_id is not None
    return town.find_by_account(account_id)


def release(reviewer: Screen, reference: str, reason: str) -> None:
    """The reviewer sees what waits for them, and lets it happen."""
    reviewer.open("/reviews", "Waiting for you")
    reviewer.follow(reference)
    reviewer.choose("Release it")
    reviewer.type("Reason, or your question", reason)
    reviewer.press("Confirm")
    reviewer.reads("Released. It is done.")


def today() -> tuple[str, str, str]:
    """Day, month and year as they are typed."""
    day = clock.today()
    return str(day.day), str(day.month), str(day.year)
