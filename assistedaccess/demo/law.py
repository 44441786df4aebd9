"""Two for whom a plain yes is not enough: an attorney's authority (C11), and a hard decision (C14).

Both wait for a second human, as they should: the demonstration's reviewers find them.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from assistedaccess.consent import service_asking, service_confirming
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.delegation.service import grant_delegation
from assistedaccess.delegation.service_capacity import record_capacity_concern
from assistedaccess.delegation.service_legal import record_legal_authority
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading

from .town import Town
from .yeses import sign_as

EDITH, MARGARET = 17, 25
"""Their places in PEOPLE: Edith's neighbour Carol is her attorney."""


def record_what_the_law_gives(town: Town, people: dict[int, UUID]) -> None:
    """Record both, by the helpers whom they came to."""
    try:
        record_legal_authority(
            actor=town.actor("amara@example.org"),
            person_id=people[EDITH],
            kind="attorney",
            number="7001-4432-9087",
            named="Carol Finch",
            scope="All property and financial affairs, from registration on.",
            starts_on=date(2022, 4, 4),
            ends_on=None,
            seen_as="original",
            holder_account_id=town.account_ids["carol@example.org"],
            services=["attendance-allowance"],
            powers=["see", "fill_in", "submit", "report_change", "change_payment_details"],
            until_on=clock.today() + timedelta(days=360),
        )
    except Held:
        pass  # a second human looks at the document
    _ask_margaret(town.actor("priya@example.org"), people[MARGARET])


def _ask_margaret(actor: Actor, person_id: UUID) -> None:
    request_id = service_asking.begin_request(
        actor=actor,
        person_id=person_id,
        request_key=new_request_key(),
        language="en",
        holder_kind="account",
        services=["attendance-allowance"],
        powers=["fill_in", "submit"],
        until_on=clock.today() + timedelta(days=90),
        purpose="See the form through for me",
        is_one_task=True,
        telling="How the claim is getting on. She may tell my son.",
    )
    record_capacity_concern(
        actor=actor,
        request_id=request_id,
        decision="Whether Priya fills in and sends the form",
        signs="Asked the same thing three times, and was very tired",
        support="Tea and a rest, short words, the list in large print; asked again after lunch",
        assessor="Ifan Rees, community nurse",
        assessed_on=clock.today(),
        outcome="can_decide",
    )
    service_asking.show_statement(actor=actor, request_id=request_id)
    with reading() as session:
        terms_hash = session.get_one(ConsentRequest, request_id).terms_hash
    service_asking.end_reading(actor=actor, request_id=request_id, terms_hash=terms_hash)
    service_asking.keep_said(
        actor=actor,
        request_id=request_id,
        terms_hash=terms_hash,
        what="You do the form and post it",
        until="When the form is gone",
        stop="I tell you, or the library",
        own_words="Yes, I would be glad",
    )
    service_confirming.confirm_request(
        actor=actor,
        request_id=request_id,
        terms_hash=terms_hash,
        way="witness",
        given={
            "witness_name": "Peter Hall",
            "witness_role": "caretaker at the church hall",
            "witness_family": "no",
            "witness_lives": "elsewhere",
            "witness_paid": "no",
            "witness_part": "drawn",
            "strokes": sign_as(request_id),
        },
    )
    try:
        grant_delegation(actor=actor, consent_id=request_id)
    except Held:
        pass  # a second human looks at a yes that was doubted
