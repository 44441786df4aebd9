"""The tally of looks and acts by day, from which the auditor's pictures are drawn.

What is sealed already is counted here, of the last five weeks: no picture shows more.

Revision ID: 0062
Revises: 0061
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

LONDON = ZoneInfo("Europe/London")
NOBODY = UUID(int=0)
WEEKS = timedelta(weeks=5)
LOOKS = (
    "person.opened",
    "person.searched",
    "person.duplicate_shown",
    "person.compared",
    "card.printed",
    "case.viewed",
    "concern.viewed",
    "complaint.viewed",
    "complaint.letter_printed",
    "document.opened",
    "letter.opened",
    "letter.printed",
    "lone_worker_warnings.met",
    "register.opened",
    "register.printed",
    "hand_over.opened",
    "referral.opened",
    "referral.printed",
    "referral_in.opened",
    "consent.viewed",
    "consent_form.printed",
    "consent_picture.opened",
    "statement.shown",
    "delegation.viewed",
    "authority.printed",
    "application.opened",
    "application.printed",
    "evidence.opened",
    "record_of_help.viewed",
    "outcome.opened",
    "payment.opened",
    "payment_receipt.printed",
    "emergency_help.opened",
    "receipt.printed",
    "receipt.checked",
    "record.printed",
    "record.read",
    "pack.given",
    "data_request.opened",
    "data_requests.listed",
    "data_requests.told",
    "notice.printed",
    "pending_act.opened",
    "objection.opened",
    "objections.listed",
    "today.viewed",
    "team.viewed",
    "report.viewed",
    "supervision.viewed",
    "flags.listed",
    "flag.opened",
    "findings.listed",
    "finding.viewed",
    "finding.printed",
    "finding.bundled",
    "samples.viewed",
    "journal.searched",
    "journal.event_opened",
    "journal.exported",
)
_EVENT = sa.table(
    "audit_event",
    sa.column("id", sa.Uuid()),
    sa.column("occurred_at", sa.DateTime(timezone=True)),
    sa.column("action", sa.String()),
    sa.column("reason_code", sa.String()),
    sa.column("organisation_id", sa.Uuid()),
    sa.column("site_id", sa.Uuid()),
    sa.column("account_id", sa.Uuid()),
    sa.column("human_id", sa.Uuid()),
)
_LEAF = sa.table("audit_leaf", sa.column("event_id", sa.Uuid()))
_COUNTS = ("explained", "unexplained", "not_asked", "acts")
_TALLY = sa.table(
    "journal_tally",
    sa.column("day", sa.Date()),
    *(sa.column(f"{name}_id", sa.Uuid()) for name in ("organisation", "site", "account", "human")),
    *(sa.column(name, sa.Integer()) for name in _COUNTS),
)


def upgrade() -> None:
    op.create_table(
        "journal_tally",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "day",
            "site_id",
            "account_id",
            "human_id",
            name=op.f("pk_journal_tally"),
        ),
    )
    count_sealed()


def count_sealed() -> None:
    """Fill the tally anew."""
    op.execute(_TALLY.delete())
    event = _EVENT.c
    newest = op.get_bind().scalar(sa.select(sa.func.max(event.occurred_at)))
    if newest is None:
        return
    began = newest - WEEKS
    rows = op.get_bind().execute(
        sa.select(
            event.organisation_id,
            event.occurred_at,
            event.site_id,
            event.account_id,
            event.human_id,
            event.action,
            event.reason_code,
        )
        .join(_LEAF, _LEAF.c.event_id == event.id)
        .where(event.occurred_at >= began)
    )
    counts: dict[tuple[UUID, ...], Counter[str]] = {}
    for organisation_id, at, site_id, account_id, human_id, action, reason in rows:
        day = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(LONDON).date()
        key = (organisation_id or NOBODY, day, site_id or NOBODY)
        key += (account_id or NOBODY, human_id or NOBODY)
        counts.setdefault(key, Counter())[_column(action, reason or "")] += 1
    names = ("organisation_id", "day", "site_id", "account_id", "human_id")
    op.bulk_insert(
        _TALLY,
        [
            dict(zip(names, key, strict=True)) | {name: those[name] for name in _COUNTS}
            for key, those in counts.items()
        ],
    )


def _column(action: str, reason: str) -> str:
    if action not in LOOKS:
        return "acts"
    if reason.startswith("explained."):
        return "explained"
    return "unexplained" if reason.startswith(("stated.", "break_glass.")) else "not_asked"


def downgrade() -> None:
    op.drop_table("journal_tally")
