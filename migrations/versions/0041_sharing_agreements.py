"""The register of data sharing agreements between organisations.

One new table: nothing that is there changes. The way down takes it away, and refuses while an
agreement stands in it.

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

WOULD_LOSE = ("sharing_agreement",)


def upgrade() -> None:
    op.create_table(
        "sharing_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("partner_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("shared", sa.String(length=500), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_by_human", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "organisation_id <> partner_organisation_id", name=op.f("ck_sharing_agreement_not_own")
        ),
        sa.CheckConstraint("starts_on < review_on", name=op.f("ck_sharing_agreement_dates")),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_sharing_agreement_{column}"))
            for column, target in (
                ("organisation_id", "organisation.id"),
                ("partner_organisation_id", "organisation.id"),
                ("proposed_by", "account.id"),
                ("proposed_by_human", "human.id"),
                ("confirmed_by", "account.id"),
                ("ended_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_agreement")),
    )
    for name, columns in (
        (op.f("ix_sharing_agreement_organisation_id"), ["organisation_id"]),
        (op.f("ix_sharing_agreement_partner_organisation_id"), ["partner_organisation_id"]),
        ("ix_sharing_agreement_pair", ["organisation_id", "partner_organisation_id"]),
    ):
        op.create_index(name, "sharing_agreement", columns)


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM sharing_agreement")).scalar():
        raise RuntimeError("there are data sharing agreements, which an older version would lose")
    op.drop_table("sharing_agreement")
