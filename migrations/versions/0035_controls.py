"""The numbers that the controls count with, and establishments verified once.

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistedaccess.kernel.append_only import guard_statements, unguard_statements

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

SETTINGS = "safeguard_settings"


def upgrade() -> None:
    op.create_table(
        SETTINGS,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_safeguard_settings")),
    )
    for statement in guard_statements(SETTINGS, "version", op.get_bind().dialect.name):
        op.execute(statement)
    op.create_table(
        "establishment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("place", sa.LargeBinary(length=32), nullable=True),
        sa.Column("account", sa.LargeBinary(length=32), nullable=True),
        sa.Column("account_ends", sa.String(length=3), nullable=True),
        sa.Column("contact", sa.LargeBinary(length=32), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('care_home', 'hostel', 'corporate_appointee')",
            name=op.f("ck_establishment_kind"),
        ),
        sa.CheckConstraint(
            "(account IS NULL) = (account_ends IS NULL)", name=op.f("ck_establishment_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_establishment_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["account.id"], name=op.f("fk_establishment_registered_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["account.id"], name=op.f("fk_establishment_ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_establishment")),
        sa.UniqueConstraint("reference", name=op.f("uq_establishment_reference")),
    )
    for column in ("account", "contact", "place"):
        op.create_index(f"ix_establishment_{column}", "establishment", [column])


def downgrade() -> None:
    for column in ("place", "contact", "account"):
        op.drop_index(f"ix_establishment_{column}", table_name="establishment")
    op.drop_table("establishment")
    for statement in unguard_statements(SETTINGS, op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_table(SETTINGS)
