"""Who has left an organisation comes back by two hands, and not by a date that one moves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from assistedaccess.kernel import clock
from assistedaccess.organisations import rules, service
from tests.factories.organisations import make_actor, make_member, make_organisation


def test_a_leaver_does_not_come_back_by_one_hand(app: Flask) -> None:
    """A38: who left three weeks ago is made a member anew; a forgotten date is put right."""
    organisation = make_organisation()
    manager, member = make_actor(organisation, "manager"), make_member(organisation)
    today = clock.today()

    def prolong(until: date | None) -> None:
        service.change_membership(
            actor=manager,
            membership_id=member.membership_id,
            starts_on=today,
            ends_on=until,
            site_ids=[],
        )

    prolong(today + timedelta(days=1))
    with clock.set_clock(clock.start_of_day(today + timedelta(days=8))):
        prolong(today + timedelta(days=9))  # a week late
    with clock.set_clock(clock.start_of_day(today + timedelta(days=17))):
        with pytest.raises(rules.MembershipEnded):
            prolong(today + timedelta(days=30))
        with pytest.raises(rules.MembershipEnded):
            prolong(None)
