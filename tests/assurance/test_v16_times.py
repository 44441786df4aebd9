"""V16.2.2: each event has its time in UTC, and its place in a sequence beside it."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from sqlalchemy import select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.transactions import reading
from tests.factories.world import World

_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_v16_2_2_each_event_has_its_time_in_utc_and_its_place(world: World) -> None:
    assert world
    query = select(AuditEvent.lane_id, AuditEvent.lane_seq, AuditEvent.body)
    with reading() as session:
        rows = session.execute(query.order_by(AuditEvent.lane_id, AuditEvent.lane_seq)).all()
    assert len(rows) > 100
    for row in rows:
        assert _UTC.fullmatch(json.loads(row.body)["occurred_at"])
    for one, two in pairwise(rows):
        assert two.lane_id != one.lane_id or two.lane_seq == one.lane_seq + 1
