"""Outcomes: what is awaited of each application that was sent, and what was heard of it.

Whatever was sent before is awaited from now on; its usual time is eight weeks, and a quarter after
it went it is chased. The way down takes what was heard away, and refuses where there is any.

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KINDS = (
    "('received', 'more_asked', 'decided', 'paid', 'refused', 'answered', 'challenged', "
    "'not_known')"
)
USUAL = timedelta(weeks=8)
QUARTER = timedelta(days=91)


def upgrade() -> None:
    _make_awaited()
    _make_outcomes()
    _await_what_was_sent()


def _make_awaited() -> None:
    op.create_table(
        "awaited_outcome",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("record_of_help_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("chase_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(application_id IS NULL) <> (record_of_help_id IS NULL)",
            name=op.f("ck_awaited_outcome_one_subject"),
        ),
        sa.CheckConstraint(
            f"standing IS NULL OR standing IN {KINDS}", name=op.f("ck_awaited_outcome_standing")
        ),
        *_keys(
            "awaited_outcome",
            organisation_id="organisation",
            site_id="site",
            application_id="application",
            record_of_help_id="record_of_help",
            case_id="case",
            person_id="person",
            account_id="account",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awaited_outcome")),
        sa.UniqueConstraint("application_id", name=op.f("uq_awaited_outcome_application_id")),
        sa.UniqueConstraint("record_of_help_id", name=op.f("uq_awaited_outcome_record_of_help_id")),
    )
    op.create_index("ix_awaited_outcome_case_id", "awaited_outcome", ["case_id"])
    op.create_index(
        "ix_awaited_outcome_person_id", "awaited_outcome", ["person_id", "organisation_id"]
    )
    for column, columns in (
        ("next_on", ["organisation_id", "next_on", "id"]),
        ("deadline_on", ["organisation_id", "deadline_on", "id"]),
        ("chase_on", ["chase_on"]),
    ):
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_awaited_outcome_{column}",
            "awaited_outcome",
            columns,
            sqlite_where=there,
            postgresql_where=there,
        )


def _make_outcomes() -> None:
    op.create_table(
        "outcome",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("awaited_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_for", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("weekly_pence", sa.Integer(), nullable=True),
        sa.Column("arrears_pence", sa.Integer(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("limit_from", sa.String(length=10), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("correction", sa.String(length=10), nullable=True),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_by", sa.Uuid(), nullable=False),
        sa.Column("heard_by_human", sa.Uuid(), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_outcome_kind")),
        sa.CheckConstraint(
            "correction IS NULL OR correction IN ('changed', 'mistake')",
            name=op.f("ck_outcome_correction"),
        ),
        sa.CheckConstraint(
            "(correction IS NULL) = (corrects_id IS NULL)", name=op.f("ck_outcome_corrects")
        ),
        sa.CheckConstraint(
            "limit_from IS NULL OR limit_from IN ('rule', 'letter', 'within', 'not_said')",
            name=op.f("ck_outcome_limit_from"),
        ),
        sa.CheckConstraint(
            "weekly_pence >= 0 AND arrears_pence >= 0", name=op.f("ck_outcome_money")
        ),
        *_keys(
            "outcome",
            awaited_id="awaited_outcome",
            organisation_id="organisation",
            corrects_id="outcome",
            heard_by="account",
            heard_by_human="human",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )
    op.create_index("ix_outcome_awaited_id_id", "outcome", ["awaited_id", "id"])
    op.create_index(
        "ix_outcome_organisation_id_happened_on", "outcome", ["organisation_id", "happened_on"]
    )
    for statement in guard_statements("outcome", "id", op.get_bind().dialect.name):
        op.execute(statement)


def _keys(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def _await_what_was_sent() -> None:
    """One row for each application that was sent, but those of payment details, which await
    nothing; and for each record of help with which an application went off."""
    application = sa.table(
        "application",
        *_columns("id organisation_id site_id case_id person_id ended_by started_by"),
        sa.column("service", sa.String()),
        sa.column("state", sa.String()),
        sa.column("purpose", sa.String()),
        sa.column("submitted_at", sa.DateTime(timezone=True)),
    )
    helped = sa.table(
        "record_of_help",
        *_columns("id organisation_id site_id case_id person_id made_by"),
        sa.column("service", sa.String()),
        sa.column("was_sent", sa.Boolean()),
        sa.column("made_at", sa.DateTime(timezone=True)),
    )
    sent = sa.select(
        application.c.id,
        application.c.organisation_id,
        application.c.site_id,
        application.c.case_id,
        application.c.person_id,
        application.c.service,
        application.c.submitted_at.label("at"),
        sa.func.coalesce(application.c.ended_by, application.c.started_by).label("account_id"),
    ).where(application.c.state == "submitted", application.c.purpose != "payment_details")
    made = sa.select(
        helped.c.id,
        helped.c.organisation_id,
        helped.c.site_id,
        helped.c.case_id,
        helped.c.person_id,
        helped.c.service,
        helped.c.made_at.label("at"),
        helped.c.made_by.label("account_id"),
    ).where(helped.c.was_sent)
    connection = op.get_bind()
    for key, query in (("application_id", sent), ("record_of_help_id", made)):
        rows = [_awaited(key, row._mapping) for row in connection.execute(query)]
        for start in range(0, len(rows), 500):
            connection.execute(_AWAITED.insert(), rows[start : start + 500])


def _columns(names: str) -> list[sa.ColumnClause[Any]]:
    return [sa.column(name, sa.Uuid()) for name in names.split()]


_AWAITED = sa.table(
    "awaited_outcome",
    *_columns(
        "id organisation_id site_id application_id record_of_help_id case_id person_id account_id"
    ),
    sa.column("service", sa.String()),
    sa.column("sent_on", sa.Date()),
    sa.column("next_on", sa.Date()),
    sa.column("chase_on", sa.Date()),
    sa.column("version", sa.Integer()),
)


def _awaited(key: str, row: Any) -> dict[str, Any]:
    at: datetime | str = row["at"]
    sent_on: date = (datetime.fromisoformat(at) if isinstance(at, str) else at).date()
    return {
        "id": row["id"],
        "organisation_id": row["organisation_id"],
        "site_id": row["site_id"],
        "application_id": None,
        "record_of_help_id": None,
        key: row["id"],
        "case_id": row["case_id"],
        "person_id": row["person_id"],
        "account_id": row["account_id"],
        "service": row["service"],
        "sent_on": sent_on,
        "next_on": sent_on + USUAL,
        "chase_on": sent_on + QUARTER,
        "version": 1,
    }


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM outcome")).scalar():
        raise RuntimeError("there are outcomes: an older version would lose them")
    op.drop_table("outcome")
    if op.get_bind().dialect.name == "postgresql":
        for statement in unguard_statements("outcome", "postgresql")[2:]:
            op.execute(statement)
    op.drop_table("awaited_outcome")
