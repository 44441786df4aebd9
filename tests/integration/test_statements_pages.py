"""A page sends at most twelve statements, and no more for a thousand rows than for ten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from assistedaccess.casework import rules_links
from assistedaccess.casework.rules_links import LinkPurpose
from assistedaccess.oversight import rules_flags
from assistedaccess.services import queries as services
from tests.assurance.crawl import Crawl, crawl, crawled
from tests.assurance.probes import listed
from tests.factories.world import Side, World
from tests.support.databases import Sandbox
from tests.support.multiply import multiply
from tests.support.worlds import ticking, world

__all__ = ["crawled", "ticking", "world"]

MOST_STATEMENTS = 12
MORE_THAN_THAT = {
    # Opened once for each act that waits; it asks afresh whether it concerns the reviewer, and
    # shows what was asked and said meanwhile. Where an objection of the person is open, one more:
    # whom that is about.
    "approvals.decide_pending_act": 18,
    # No page but a file for a court, made once: the story, then bodies, tiles, keys and custody.
    "oversight.bundle_finding": 16,
    # No page but a copy of everything, made once: a statement for each table that holds something,
    # and one for the keys of now, where a text was sealed for somebody else.
    "data_protection.show_pack": 70,
    # The first time that it tells of several notices: that they were read is one fact more, with
    # the sealed list of them. Once for each notice, and the pages before it pay the same.
    "my_record.download_reading": 14,
}


def test_no_page_sends_more_than_twelve(crawled: Crawl) -> None:
    over = [
        f"{seen}: {len(seen.statements)}" + "".join(f"\n    {s[:160]}" for s in seen.statements)
        for seen in crawled.seen
        if len(seen.statements) > MORE_THAN_THAT.get(seen.route.endpoint, MOST_STATEMENTS)
    ]
    assert not over, listed(over)
    assert max(len(seen.statements) for seen in crawled.seen) > 5  # it does count


GROWING = (
    "organisation",
    "site",
    "membership",
    "training",
    "background_check",
    "declared_interest",
    "sign_in",
    "kept_form",
    "recovery",
    "audit_event",
    "pending_act",
    "contact_point",
    "identity_evidence",
    "look_reason",
    "person_search",
    "notice",
    "notice_entry",
    "case",
    "note",
    "task",
    "waiting_person",
    "consent",
    "delegation",
    "application",
)
ONE_ALONE = {"membership", "consent", "delegation", "application", "recovery"}
"""Of these a constraint allows one like it. A record of help is sealed for its own row alone."""


def grow(sandbox: Sandbox, side: Side, count: int) -> dict[str, int]:
    """More of everything that side a's pages list."""
    own = {"organisation_id": side.organisation.id}
    of_person = {"person_id": side.ids["person"]}
    like: dict[str, dict[str, object]] = {
        "organisation": {"id": side.organisation.id},
        "declared_interest": {"human_id": side.members["helper"].human_id},
        "sign_in": {"account_id": side.accounts["helper"].account_id},
        "kept_form": {"account_id": side.accounts["helper"].account_id},
        "recovery": {"account_id": side.accounts["colleague"].account_id},
        "look_reason": of_person,
        "contact_point": of_person,
        "identity_evidence": of_person,
        "person_search": {"account_id": side.accounts["helper"].account_id},
        "notice": own | {"digest_key": None},
        "notice_entry": {},
        "audit_event": own | of_person,
        "case": own | of_person | {"state": "open"},
    }
    return {table: multiply(sandbox, table, count, **like.get(table, own)) for table in GROWING}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_thousand_rows_cost_no_more_statements_than_ten(
    app: Flask, sandbox: Sandbox, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(rules_flags, "is_drawn", lambda _: False)  # one look in twenty is flagged
    monkeypatch.setattr(services, "KEPT_FOR", timedelta(days=1))  # read again each minute
    monkeypatch.setitem(rules_links.MOST_FETCHES, LinkPurpose.CALENDAR, 1_000)
    added = grow(sandbox, world.a, 9)
    assert {table for table, count in added.items() if count < 9} <= ONE_ALONE
    few = {(seen.path, seen.visitor): seen for seen in crawl(app, sandbox.database, world.a).seen}
    grow(sandbox, world.a, 990)
    wrong = []
    for seen in crawl(app, sandbox.database, world.a).seen:
        before = few[seen.path, seen.visitor]
        if seen.status >= 500 or len(seen.statements) > len(before.statements):
            more = [s[:160] for s in seen.statements if s not in before.statements]
            counts = len(before.statements), len(seen.statements)
            wrong.append((str(seen), seen.status, *counts, more))
    assert not wrong, listed(wrong)
