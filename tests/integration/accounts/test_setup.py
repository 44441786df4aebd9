"""Being invited, second factors, recovery codes: ASSURANCE V2.3.4, V6.4.1, V6.5."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.accounts import service, service_setup
from assistedaccess.accounts.models import Account, Factor, Invitation, OneTimeCode
from assistedaccess.accounts.queries import find_new_secret
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, SYSTEM
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.transactions import reading
from tests.factories.accounts import PASSWORD, Wardrobe, as_actor, invite, make_account, sign_in
from tests.support.clocks import Hand
from tests.support.journal import list_actions, list_event_ids
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app", "hats_of", "hand")

CODE = re.compile(r'<span class="app-code">([0-9A-Z-]+)</span>')


def open_link(client: FlaskClient, link: service.InvitationLink) -> None:
    answer = client.get(link.path)
    assert answer.location == "/invitation"
    assert link.token not in answer.location


def test_an_invitation_leads_to_an_open_sign_in(client: FlaskClient, hats_of: Wardrobe) -> None:
    before = list_event_ids()
    link, email, _name = invite()
    open_link(client, link)
    assert link.token not in client.get("/invitation").text
    answer = send(client, "/invitation", new_password="short")
    assert answer.status_code == 400
    answer = send(client, "/invitation", new_password=PASSWORD)
    assert answer.location == "/account/second-factor"
    assert client.get("/account").location == "/account/second-factor"
    answer = send(client, "/account/second-factor", kind="app")
    assert answer.location == "/account/second-factor/app"
    page = client.get("/account/second-factor/app").text
    with reading():
        found = find_new_secret(link.account_id)
    assert found is not None
    key, address = found
    assert address == email
    assert " ".join(key[n : n + 4] for n in range(0, len(key), 4)) in page
    assert 'src="data:image/svg+xml' in page
    assert send(client, "/account/second-factor/app", code="000000").status_code == 400
    code = pyotp.TOTP(key).at(clock.now())
    answer = send(client, "/account/second-factor/app", code=code)
    assert answer.location == "/account/recovery-codes"
    codes = CODE.findall(client.get("/account/recovery-codes").text)
    assert len(set(codes)) == 10
    assert CODE.findall(client.get("/account/recovery-codes/print").text) == codes
    answer = send(client, "/account/recovery-codes")
    assert answer.location == "/sign-in/role"
    page = client.get("/account").text
    assert "10 recovery codes are left" in page
    assert email in page
    assert client.get("/account/recovery-codes").location == "/account"
    assert list_actions(before) == [
        "account.created",
        "account.invited",
        "invitation.accepted",
        "factor.begun",
        "sign_in.failed",
        "factor.added",
        "codes.issued",
        "codes.put_away",
        "sign_in.succeeded",
    ]


def test_opening_the_link_does_not_use_it_up(
    client: FlaskClient, other_client: FlaskClient
) -> None:
    link, _email, _name = invite()
    open_link(client, link)  # a program that looks at links in messages
    open_link(other_client, link)
    assert send(other_client, "/invitation", new_password=PASSWORD).status_code == 303


def test_v6_4_1_an_invitation_works_once_for_seven_days(
    client: FlaskClient, other_client: FlaskClient, hand: Hand
) -> None:
    link, _email, _name = invite()
    open_link(client, link)
    send(client, "/invitation", new_password=PASSWORD)
    open_link(other_client, link)
    assert other_client.get("/invitation").status_code == 410
    late, _email, _name = invite()
    hand.move(days=7)
    open_link(other_client, late)
    assert other_client.get("/invitation").status_code == 410


def test_whoever_was_signed_in_at_this_browser_is_signed_out(
    client: FlaskClient, other_client: FlaskClient
) -> None:
    """A manager hands the keyboard over: nobody could end the sign-in that is left behind."""
    link, _email, _name = invite()
    left = sign_in(client, make_account().account_id)
    open_link(client, link)
    assert client.get("/account").status_code == 200  # opening the link ends nothing
    open_link(client, link)
    assert send(client, "/invitation", new_password=PASSWORD).status_code == 303
    other_client.set_cookie("sign-in", left.token)
    assert other_client.get("/account").status_code == 303


@pytest.mark.parametrize("what", ["used", "withdrawn", "expired", "disabled"])
def test_v2_3_4_the_command_too_refuses_a_link_that_is_over(hand: Hand, what: str) -> None:
    """Whatever the page saw a moment before: the row is asked under its lock."""
    link, _email, _name = invite()

    def accept() -> None:
        service_setup.accept_invitation(
            actor=PUBLIC, token=link.token, password=PASSWORD, device="Firefox"
        )

    if what == "used":
        accept()
    elif what == "withdrawn":
        service.renew_invitation(actor=SYSTEM, account_id=link.account_id)
    elif what == "expired":
        hand.move(days=7)
    else:
        service.disable_account(actor=SYSTEM, account_id=link.account_id)
    with pytest.raises(NotFound):
        accept()


@pytest.mark.parametrize("token", ["x", "%00", "é" * 90, "a" * 5000])
def test_a_link_that_was_never_one(client: FlaskClient, token: str) -> None:
    client.get(f"/invitations/{token}")
    assert client.get("/invitation").status_code == 410
    assert client.post("/invitation", data={"new_password": PASSWORD}).status_code in (400, 410)


def test_a_new_link_kills_the_old_one(client: FlaskClient) -> None:
    link, _email, _name = invite()
    newer = service.renew_invitation(actor=SYSTEM, account_id=link.account_id)
    open_link(client, link)
    assert client.get("/invitation").status_code == 410
    open_link(client, newer)
    assert client.get("/invitation").status_code == 200


def test_tokens_are_stored_hashed() -> None:
    link, email, _name = invite()
    with reading() as session:
        assert session.scalars(select(Invitation.token_hash)).one() != link.token.encode()
        account = session.get_one(Account, link.account_id)
        assert email.encode() not in account.email + account.email_fingerprint


def test_who_broke_off_gets_a_new_link(client: FlaskClient) -> None:
    link, email, _name = invite()
    open_link(client, link)
    send(client, "/invitation", new_password=PASSWORD)
    send(client, "/sign-out", page="/account/second-factor")
    answer = send(client, "/sign-in", email=email, password=PASSWORD)
    assert "cannot sign in now" in answer.text
    open_link(client, service.renew_invitation(actor=SYSTEM, account_id=link.account_id))
    assert send(client, "/invitation", new_password=PASSWORD).status_code == 303


def test_an_account_that_is_set_up_is_not_invited_again() -> None:
    account = make_account()
    with pytest.raises(service.AlreadySetUp):
        service.renew_invitation(actor=SYSTEM, account_id=account.account_id)


def test_one_account_an_address() -> None:
    _link, email, _name = invite()
    with pytest.raises(InvalidInput) as refused:
        invite(email=email.upper())
    assert refused.value.field == "email"


def test_two_accounts_of_one_human() -> None:
    first = make_account()
    second = make_account(human_id=first.human_id)
    assert second.account_id != first.account_id
    assert second.human_id == first.human_id


def test_a_printed_sheet_is_taken_into_use_with_its_first_code(client: FlaskClient) -> None:
    link, email, _name = invite()
    open_link(client, link)
    send(client, "/invitation", new_password=PASSWORD)
    send(client, "/account/second-factor", kind="printed_codes")
    page = "/account/second-factor/printed-codes"
    codes = CODE.findall(client.get(page).text)
    assert len(set(codes)) == 24
    assert CODE.findall(client.get(f"{page}/print").text) == codes
    assert send(client, page, code=codes[1]).status_code == 400
    assert send(client, page, code=codes[0].lower()).location == "/account/recovery-codes"
    assert client.get(page).location == "/account/second-factor"
    send(client, "/account/recovery-codes")
    assert "Printed sheet, 23 codes left" in client.get("/account").text
    send(client, "/sign-out", page="/account")
    send(client, "/sign-in", email=email, password=PASSWORD)
    assert send(client, "/sign-in/second-factor", code=codes[1]).status_code == 303


def test_a_new_factor_replaces_the_old_one(client: FlaskClient, other_client: FlaskClient) -> None:
    account = make_account()
    sign_in(client, account.account_id)
    sign_in(other_client, account.account_id)
    send(client, "/account/second-factor", kind="printed_codes")
    page = "/account/second-factor/printed-codes"
    codes = CODE.findall(client.get(page).text)
    with reading() as session:  # the old one works until the new one does
        assert len(session.scalars(select(Factor.id)).all()) == 2
    assert send(client, page, code=codes[0]).location == "/account"
    assert other_client.get("/account").location == "/sign-in?next=/account"
    with reading() as session:
        assert session.scalars(select(Factor.kind)).all() == ["printed_codes"]
    send(client, "/sign-out", page="/account")
    send(client, "/sign-in", email=account.email, password=PASSWORD)
    assert send(client, "/sign-in/second-factor", code=account.code()).status_code == 400
    assert send(client, "/sign-in/second-factor", code=codes[1]).status_code == 303


def test_new_recovery_codes_void_the_old_ones(client: FlaskClient) -> None:
    account = make_account()
    sign_in(client, account.account_id)
    answer = send(client, "/account/recovery-codes/new", page="/account")
    assert answer.location == "/account/recovery-codes"
    codes = CODE.findall(client.get("/account/recovery-codes").text)
    send(client, "/account/recovery-codes")
    send(client, "/sign-out", page="/account")
    send(client, "/sign-in", email=account.email, password=PASSWORD)
    old = send(client, "/sign-in/recovery-code", code=account.recovery_codes[0])
    assert old.status_code == 400
    assert send(client, "/sign-in/recovery-code", code=codes[9]).status_code == 303


def test_codes_stand_nowhere_in_clear(client: FlaskClient) -> None:
    account = make_account(printed=True)
    with reading() as session:
        stored = " ".join(session.scalars(select(OneTimeCode.code_hash)))
    for code in account.sheet + account.recovery_codes:
        assert code not in stored
    assert stored.count("$argon2id$") == 34


def test_the_secret_of_the_app_is_sealed() -> None:
    account = make_account()
    with reading() as session:
        sealed = session.scalars(select(Factor.secret)).one()
    assert sealed is not None
    assert account.secret.encode() not in sealed


def test_codes_of_another_browser_are_not_shown(
    client: FlaskClient, other_client: FlaskClient
) -> None:
    account = make_account()
    sign_in(client, account.account_id)
    sign_in(other_client, account.account_id)
    send(client, "/account/recovery-codes/new", page="/account")
    assert other_client.get("/account/recovery-codes").location == "/account"
    assert other_client.get("/account/recovery-codes/print").status_code == 404


def test_setting_up_needs_a_fresh_sign_in_in_the_command_too(
    hand: Hand, client: FlaskClient
) -> None:
    account = make_account()
    token = sign_in(client, account.account_id)
    hand.move(minutes=10)
    for command in (
        service_setup.begin_app,
        service_setup.begin_printed_codes,
        service_setup.issue_recovery_codes,
    ):
        with pytest.raises(service_setup.NotFresh):
            command(actor=SYSTEM, sign_in_id=token.sign_in_id)


# -- the first two, and who may manage whom


def test_the_command_line_makes_two_administrators_and_no_third() -> None:
    first = service.add_first_administrator(actor=SYSTEM, name="Ann", email="a@example.org")
    again = service.add_first_administrator(actor=SYSTEM, name="Ann", email="A@example.org")
    assert again.account_id == first.account_id
    assert again.token != first.token
    service.add_first_administrator(actor=SYSTEM, name="Bo", email="b@example.org")
    with pytest.raises(service.EnoughAdministrators):
        service.add_first_administrator(actor=SYSTEM, name="Cy", email="c@example.org")


def test_only_the_system_makes_the_first_administrators(hats_of: Wardrobe) -> None:
    account = make_account()
    actor = as_actor(account, hats_of.give(account, "administrator"))
    with pytest.raises(Refused):
        service.add_first_administrator(actor=actor, name="Cy", email="c@example.org")


def test_a_manager_reaches_the_own_organisation_alone(hats_of: Wardrobe) -> None:
    manager, member, stranger = make_account(), make_account(), make_account()
    hat = hats_of.give(manager, "manager")
    hats_of.give(member, organisation_id=hat.organisation_id)
    hats_of.give(stranger)
    actor = as_actor(manager, hat)
    for command in (service.disable_account, service.enable_account, service.end_sign_ins):
        command(actor=actor, account_id=member.account_id)
        with pytest.raises(service.NotFound):
            command(actor=actor, account_id=stranger.account_id)
    helper = as_actor(member, hats_of.hats[member.account_id][0])
    with pytest.raises(Refused):
        service.disable_account(actor=helper, account_id=manager.account_id)


def test_nobody_disables_an_account_of_their_own(hats_of: Wardrobe) -> None:
    manager = make_account()
    second = make_account(human_id=manager.human_id)
    hat = hats_of.give(manager, "manager")
    hats_of.give(second, organisation_id=hat.organisation_id)
    actor = as_actor(manager, hat)
    with pytest.raises(service.OwnAccount):
        service.disable_account(actor=actor, account_id=second.account_id)


def test_a_picture_holds_the_key(client: FlaskClient) -> None:
    link, _email, _name = invite()
    open_link(client, link)
    send(client, "/invitation", new_password=PASSWORD)
    send(client, "/account/second-factor", kind="app")
    page = client.get("/account/second-factor/app").text
    source = unquote(page.split('src="data:image/svg+xml')[1].split('"')[0])
    assert "<svg" in source
    assert "<script" not in source
