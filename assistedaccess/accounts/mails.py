"""What account holders are told by e-mail about their own sign-in, in the caller's transaction."""

from __future__ import annotations

from flask import current_app, has_app_context

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.notices.rules import AccountMail
from assistedaccess.notices.service import queue_account_mail

from .models import Account
from .queries import unseal_email


def tell(
    actor: Actor,
    account: Account,
    kind: AccountMail,
    *,
    address: str | None = None,
    facts: dict[str, str] | None = None,
) -> None:
    """Queue a mail to the account's address (or to an older ``address``), with the time."""
    moment = clock.local(clock.now())
    when = f"{moment.day} {moment:%B %Y} at {moment:%H:%M}"
    queue_account_mail(
        actor=actor,
        account_id=account.id,
        kind=kind,
        address=address or unseal_email(account.id, account.email),
        name=account.name,
        facts={"when": when, **(facts or {})},
    )


def tell_invitation(actor: Actor, account: Account, path: str, days: int) -> None:
    """Mail the link, where pages are served and its host is known; else it is handed over."""
    base = current_app.config["SETTINGS"].public_url if has_app_context() else ""
    if not base:
        return
    until = clock.local(clock.now()).date().fromordinal(clock.today().toordinal() + days)
    facts = {"link": f"{base}{path}", "expires": f"{until.day} {until:%B %Y}"}
    tell(actor, account, AccountMail.INVITATION, facts=facts)
