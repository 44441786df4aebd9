"""Links to the payment page for tests: whose account it is, and how they are looked after."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from assistedaccess.applications import service_links
from assistedaccess.applications.models_payments import PayLink, Payment
from assistedaccess.applications.paying import look_after_links, make_provider
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.applications.queries_links import use_account
from assistedaccess.delegation.models import LimitEntry
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations.models import Organisation
from config import Settings
from tests.support.pay_provider import KEY, SECRET, PayStub

from . import applications as apps


def serve(app: Flask, scene: apps.Scene, stub: PayStub, kind: str = "council") -> Any:
    """Let the organisation of the scene have the stub's account; the provider."""

    def write() -> str:
        row = get_session().get_one(Organisation, scene.helper.organisation_id)
        row.kind = kind
        return row.reference

    reference = run_transaction(write)
    settings: Settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(
        settings,
        govuk_pay_api_key=KEY,
        govuk_pay_url=stub.url,
        govuk_pay_organisation=reference,
        govuk_pay_webhook_secret=SECRET,
    )
    use_account(reference)
    return make_provider(app.config["SETTINGS"])


def want(scene: apps.Scene, draft: Draft, **more: Any) -> UUID:
    """Want a link for the fee; the payment's id."""
    given = {"amount_pence": 1000, "whose": "own", **more}
    return service_links.begin_link(actor=scene.helper, application_id=draft.id, **given)


def look(provider: Any, **more: Any) -> int:
    """Look after the links that are due, as the timer does."""
    return look_after_links(provider=provider, return_url="https://help.example.org/paid", **more)


def later(minutes: int) -> Any:
    """The clock, so many minutes on."""
    moment = clock.now() + timedelta(minutes=minutes)
    return clock.set_clock(lambda: moment)


def get(payment_id: UUID) -> tuple[Payment, PayLink]:
    """The payment and its link."""
    with reading() as session:
        return session.get_one(Payment, payment_id), session.get_one(PayLink, payment_id)


def ledger() -> list[str]:
    """The kinds of all lines of the ledger of limits, sorted."""
    with reading() as session:
        return sorted(session.scalars(select(LimitEntry.kind)))
