"""A change report is an application that changes another one.

Until now each application was a claim of its own.

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_IS_DRAFT = sa.text("state = 'draft'")


def _add_draft_index(columns: list[str]) -> None:
    op.create_index(
        "uq_application_draft",
        "application",
        columns,
        unique=True,
        sqlite_where=_IS_DRAFT,
        postgresql_where=_IS_DRAFT,
    )


def upgrade() -> None:
    op.drop_index("uq_application_draft", "application")
    with op.batch_alter_table("application") as batch:
        batch.add_column(
            sa.Column("purpose", sa.String(length=20), nullable=False, server_default="claim")
        )
        batch.add_column(sa.Column("changes_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("told", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("application") as batch:
        batch.alter_column("purpose", server_default=None)
        batch.create_foreign_key("fk_application_changes_id", "application", ["changes_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_application_purpose"),
            "purpose IN ('claim', 'change_report', 'payment_details')",
        )
        batch.create_check_constraint(
            op.f("ck_application_changes"), "(purpose = 'claim') = (changes_id IS NULL)"
        )
        batch.create_index("ix_application_changes_id", ["changes_id"])
    _add_draft_index(["case_id", "service", "purpose"])


def downgrade() -> None:
    # The older version knows claims alone. What was sent goes on counting as one; a change that
    # was not sent yet is given up, as somebody would who cannot go on with it: nothing was sent.
    op.drop_index("uq_application_draft", "application")
    op.execute(
        "UPDATE application SET state = 'withdrawn', withdrawn_at = changed_at, "
        "withdrawn_reason = 'mistake', ended_by = changed_by "
        "WHERE purpose <> 'claim' AND state = 'draft'"
    )
    with op.batch_alter_table("application") as batch:
        batch.drop_index("ix_application_changes_id")
        batch.drop_constraint(op.f("ck_application_changes"), type_="check")
        batch.drop_constraint(op.f("ck_application_purpose"), type_="check")
        batch.drop_constraint("fk_application_changes_id", type_="foreignkey")
        batch.drop_column("told")
        batch.drop_column("changes_id")
        batch.drop_column("purpose")
    _add_draft_index(["case_id", "service"])
