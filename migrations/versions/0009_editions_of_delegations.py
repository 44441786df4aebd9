"""A delegation has editions, an end that people are warned of, and may rest.

Until now each delegation was the only one of its chain.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ENDINGS = ("in_front", "telephone", "consent_withdrawn", "died")
NEW_ENDINGS = ("superseded", "handed_over", "done")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _ended_how(words: tuple[str, ...]) -> str:
    return f"ended_how IS NULL OR {_one_of('ended_how', words)}"


def upgrade() -> None:
    for table in ("consent_request", "consent"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(
                sa.Column("is_one_task", sa.Boolean(), nullable=False, server_default=sa.false())
            )
            batch.add_column(sa.Column("telling", sa.LargeBinary(), nullable=True))
            batch.add_column(sa.Column("replaces_id", sa.Uuid(), nullable=True))
            batch.add_column(sa.Column("holder_account_id", sa.Uuid(), nullable=True))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("is_one_task", server_default=None)
            batch.create_index(f"ix_{table}_replaces_id", ["replaces_id"])

    with op.batch_alter_table("delegation") as batch:
        batch.add_column(sa.Column("chain_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("replaces_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(
            sa.Column("is_one_task", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("suspended_how", sa.String(length=20), nullable=True))
        batch.add_column(sa.Column("suspension_told_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("check_in_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("check_in_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("checked_in_by", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("warned_days", sa.Integer(), nullable=True))
    op.execute("UPDATE delegation SET chain_id = id")
    with op.batch_alter_table("delegation") as batch:
        batch.alter_column("chain_id", existing_type=sa.Uuid(), nullable=False)
        batch.alter_column("edition", server_default=None)
        batch.alter_column("is_one_task", server_default=None)
        batch.create_unique_constraint("uq_delegation_replaces_id", ["replaces_id"])
        batch.create_foreign_key("fk_delegation_replaces_id", "delegation", ["replaces_id"], ["id"])
        batch.create_foreign_key(
            "fk_delegation_checked_in_by", "account", ["checked_in_by"], ["id"]
        )
        batch.drop_constraint(op.f("ck_delegation_ended_how"), type_="check")
        batch.create_check_constraint(
            op.f("ck_delegation_ended_how"), _ended_how(ENDINGS + NEW_ENDINGS)
        )
        batch.create_check_constraint(
            op.f("ck_delegation_suspended_how"),
            "suspended_how IS NULL OR "
            + _one_of("suspended_how", ("helper_left", "organisation_closed")),
        )
        batch.create_check_constraint(
            op.f("ck_delegation_suspension"), "(suspended_at IS NULL) = (suspended_how IS NULL)"
        )
        batch.create_check_constraint(
            op.f("ck_delegation_edition"), "(edition = 1) = (replaces_id IS NULL)"
        )
        batch.create_index("ix_delegation_chain_id", ["chain_id"])
        batch.create_index("ix_delegation_ended_at_expires_at", ["ended_at", "expires_at"])


def downgrade() -> None:
    # The older version knows no editions: to it, what another took the place of was ended in front
    # of a helper, and each edition stands alone.
    ended = sa.table("delegation", sa.column("ended_how", sa.String()))
    op.execute(
        ended.update().where(ended.c.ended_how.in_(NEW_ENDINGS)).values(ended_how="in_front")
    )
    with op.batch_alter_table("delegation") as batch:
        batch.drop_index("ix_delegation_ended_at_expires_at")
        batch.drop_index("ix_delegation_chain_id")
        for name in ("ended_how", "suspended_how", "suspension", "edition"):
            batch.drop_constraint(op.f(f"ck_delegation_{name}"), type_="check")
        batch.create_check_constraint(op.f("ck_delegation_ended_how"), _ended_how(ENDINGS))
        batch.drop_constraint("fk_delegation_checked_in_by", type_="foreignkey")
        batch.drop_constraint("fk_delegation_replaces_id", type_="foreignkey")
        batch.drop_constraint("uq_delegation_replaces_id", type_="unique")
        for column in (
            "warned_days",
            "checked_in_by",
            "checked_in_at",
            "check_in_asked_at",
            "check_in_on",
            "suspension_told_at",
            "suspended_how",
            "suspended_at",
            "is_one_task",
            "edition",
            "replaces_id",
            "chain_id",
        ):
            batch.drop_column(column)
    for table in ("consent", "consent_request"):
        with op.batch_alter_table(table) as batch:
            batch.drop_index(f"ix_{table}_replaces_id")
            for column in ("holder_account_id", "replaces_id", "telling", "is_one_task"):
                batch.drop_column(column)
