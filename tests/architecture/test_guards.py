"""Every URL declares its guard, or stands on the short public list with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from assistedaccess import create_app
from assistedaccess.access.guards import check_guard, find_guard
from tests.support.databases import make_settings

PUBLIC = {
    "static",
    # Signing in, being invited and being let in again: each asks for the step before it.
    "accounts.accept_invitation",
    "accounts.ask_for_passkey",
    "accounts.ask_for_password",
    "accounts.choose_factor",
    "accounts.confirm_second_factor",
    "accounts.open_invitation",
    "accounts.print_printed_codes",
    "accounts.print_recovery_codes",
    "accounts.replace_lost_factor",
    "accounts.set_up_app",
    "accounts.set_up_printed_codes",
    "accounts.show_recovery_codes",
    "accounts.show_signed_out",
    "accounts.sign_out",
    "accounts.start_sign_in",
    "accounts.unlock_sign_in",
    "accounts.use_passkey",
    "accounts.use_password_code",
    "accounts.use_recovery_code",
    # A receipt is checked by whoever it is shown to.
    "applications.check_payment",
    "applications.note_govuk_pay",
    "applications.show_paid",
    "my_record.check_proof",
    "my_record.check_receipt",
    # A calendar's client and a screen cannot sign in; each holds a secret link of its own.
    "casework.enter_waiting_room",
    "casework.show_calendar",
    "casework.show_waiting_room",
    # Who knows that something is wrong may have no account, and may be afraid.
    "casework.make_complaint",
    "casework.show_complaint_sent",
    "tips.show_thanks",
    "tips.tell_something_is_wrong",
    # The person's own pages: each asks for the session that was proven.
    "my_record.hear_text",
    "my_record.say_no",
    "my_record.show_no_heard",
    "my_record.answer_asked",
    "my_record.open_link",
    "my_record.ask_for_letter",
    "my_record.leave_online",
    "my_record.object_online",
    "my_record.prove_online",
    "my_record.show_online",
    "my_record.start_online",
    "my_record.stop_online",
    # The provider of messages calls back, with a token of its own.
    "notices.note_gateway_delivery",
    "notices.note_notify_delivery",
    "web.choose_language",
    "web.show_accessibility_statement",
    "services.find_help",
    "services.show_help",
    "status.show_readiness",
    "metrics.show_metrics",  # with a token of its own
    "web.show_health",
    "web.show_how_to_complain",
    "data_protection.show_privacy_notice",
    "web.show_privacy_notice",
}
"""What anybody may open. An entry is added with a reason in its guard, and read in review."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("guards")
    return create_app(make_settings(f"sqlite:///{folder / 'none.sqlite3'}", folder))


def endpoints(app: Flask) -> list[str]:
    return sorted({rule.endpoint for rule in app.url_map.iter_rules()})


def test_every_url_declares_its_guard(app: Flask) -> None:
    assert [name for name in endpoints(app) if find_guard(app, name) is None] == []


def test_what_is_public_is_listed_and_says_why(app: Flask) -> None:
    found = {}
    for name in endpoints(app):
        guard = find_guard(app, name)
        if guard is not None and guard.kind == "public":
            found[name] = guard.why
    assert all(len(why) > 10 for why in found.values())
    assert set(found) - PUBLIC == set()


def test_the_guards_are_asked_on_every_request(app: Flask) -> None:
    assert check_guard in app.before_request_funcs[None]


def test_an_undeclared_url_is_refused() -> None:
    bare = Flask("undeclared")
    bare.add_url_rule("/open", "open_door", lambda: "in")
    assert find_guard(bare, "open_door") is None
    from assistedaccess.access.guards import SignInNeeded

    with bare.test_request_context("/open"), pytest.raises(SignInNeeded):
        check_guard()
