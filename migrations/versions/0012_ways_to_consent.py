"""Ways to say yes: letters, printed forms, pictures of signatures, a second pair of eyes.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consent_request") as batch:
        batch.add_column(sa.Column("form_printed_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("form_hash", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("waits_until", sa.Date(), nullable=True))
    with op.batch_alter_table("consent_code") as batch:
        # Every code so far went by text.
        batch.add_column(
            sa.Column("kind", sa.String(length=10), nullable=False, server_default="text")
        )
        batch.create_check_constraint(op.f("ck_consent_code_kind"), "kind IN ('text', 'letter')")
    with op.batch_alter_table("consent_code") as batch:
        batch.alter_column("kind", server_default=None)
    op.create_table(
        "consent_picture",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("likeness", sa.LargeBinary(length=32), nullable=False),
        sa.Column("terms_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_account_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('signature', 'signed_form')", name=op.f("ck_consent_picture_kind")
        ),
        sa.CheckConstraint(
            "media_type IN ('image/png', 'image/jpeg')", name=op.f("ck_consent_picture_media_type")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_account_id"],
            ["account.id"],
            name=op.f("fk_consent_picture_added_by_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_consent_picture_consent_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_picture_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_picture")),
        sa.UniqueConstraint("likeness", name=op.f("uq_consent_picture_likeness")),
    )
    op.create_index(
        "ix_consent_picture_consent_id", "consent_picture", ["consent_id"], unique=False
    )
    op.create_table(
        "consent_paper",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(picture_id IS NULL) = (added_at IS NULL)", name=op.f("ck_consent_paper_added")
        ),
        sa.CheckConstraint(
            "picture_id IS NULL OR lapsed_at IS NULL", name=op.f("ck_consent_paper_lapsed")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_consent_paper_consent_id")
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["consent_picture.id"], name=op.f("fk_consent_paper_picture_id")
        ),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_consent_paper")),
    )
    op.create_index("ix_consent_paper_due_on", "consent_paper", ["due_on"], unique=False)
    op.create_table(
        "consent_sighting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("human_id", sa.Uuid(), nullable=False),
        sa.Column("terms_hash", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_consent_sighting_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["human_id"], ["human.id"], name=op.f("fk_consent_sighting_human_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["consent_request.id"],
            name=op.f("fk_consent_sighting_request_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_sighting")),
        sa.UniqueConstraint(
            "request_id",
            "human_id",
            "terms_hash",
            name=op.f("uq_consent_sighting_request_id_human_id_terms_hash"),
        ),
    )


def downgrade() -> None:
    op.drop_table("consent_sighting")
    op.drop_index("ix_consent_paper_due_on", table_name="consent_paper")
    op.drop_table("consent_paper")
    op.drop_index("ix_consent_picture_consent_id", table_name="consent_picture")
    op.drop_table("consent_picture")
    # A code by letter means nothing to what came before: it is not a text's.
    op.execute("DELETE FROM consent_code WHERE kind = 'letter'")
    with op.batch_alter_table("consent_code") as batch:
        batch.drop_constraint(op.f("ck_consent_code_kind"), type_="check")
        batch.drop_column("kind")
    with op.batch_alter_table("consent_request") as batch:
        batch.drop_column("waits_until")
        batch.drop_column("form_hash")
        batch.drop_column("form_printed_at")
