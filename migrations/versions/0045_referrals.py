"""Referrals to other places, and each organisation's directory of places outside.

Two new tables: nothing that is there changes. The way down takes them away, and refuses while there
is a referral: whether somebody arrived would be asked no more.

Revision ID: 0045
Revises: 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

WOULD_LOSE = ("referral",)


def upgrade() -> None:
    op.create_table(
        "outside_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=150), nullable=False),
        sa.Column("kinds", sa.String(length=100), nullable=False),
        sa.Column("area", sa.String(length=150), nullable=False),
        sa.Column("reach", sa.String(length=500), nullable=False),
        sa.Column("hours", sa.String(length=500), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_outside_place_{column}"))
            for column, target in (
                ("organisation_id", "organisation.id"),
                ("added_by", "account.id"),
                ("removed_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_place")),
    )
    op.create_index("ix_outside_place_organisation_id", "outside_place", ["organisation_id", "id"])
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("to_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_by_human", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("return_reason", sa.String(length=15), nullable=True),
        sa.Column("return_words", sa.LargeBinary(), nullable=True),
        sa.Column("arrival", sa.String(length=15), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_by", sa.Uuid(), nullable=True),
        *(
            sa.CheckConstraint(words, name=op.f(f"ck_referral_{name}"))
            for name, words in (
                ("state", "state IN ('made', 'accepted', 'returned', 'withdrawn')"),
                ("way", "way IN ('told', 'paper')"),
                (
                    "arrival",
                    "arrival IS NULL OR arrival IN ('arrived', 'not_arrived', 'not_known')",
                ),
                (
                    "return_reason",
                    "return_reason IS NULL OR return_reason IN ('not_ours', 'no_room', "
                    "'not_reached', 'not_wanted', 'other', 'closed')",
                ),
                ("returned", "(state = 'returned') = (return_reason IS NOT NULL)"),
                ("heard", "(arrival IS NULL) = (heard_at IS NULL)"),
                ("accepted", "state <> 'accepted' OR to_organisation_id IS NOT NULL"),
                ("two", "to_organisation_id IS NULL OR to_organisation_id <> organisation_id"),
            )
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_referral_{column}"))
            for column, target in (
                ("organisation_id", "organisation.id"),
                ("case_id", "case.id"),
                ("person_id", "person.id"),
                ("to_organisation_id", "organisation.id"),
                ("consent_id", "consent.id"),
                ("task_id", "task.id"),
                ("made_by", "account.id"),
                ("made_by_human", "human.id"),
                ("decided_by", "account.id"),
                ("heard_by", "account.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    for name, columns in (
        ("ix_referral_case_id", ["case_id"]),
        ("ix_referral_person_id", ["person_id"]),
        ("ix_referral_consent_id", ["consent_id"]),
        ("ix_referral_organisation_id", ["organisation_id", "id"]),
        ("ix_referral_to_organisation_id", ["to_organisation_id", "state", "id"]),
    ):
        op.create_index(name, "referral", columns)


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM referral")).scalar():
        raise RuntimeError("there are referrals, which an older version would lose")
    op.drop_table("referral")
    op.drop_table("outside_place")
