"""Choices of ladders, absences, days of events, lineage of items, rollovers, and what was planned anew.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _ladder_choice()
    _absence()
    _items()
    op.create_table(
        "rollover",
        sa.Column("from_cycle_id", sa.Integer(), nullable=False),
        sa.Column("to_cycle_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["from_cycle_id"], ["cycle.id"]),
        sa.ForeignKeyConstraint(["to_cycle_id"], ["cycle.id"]),
        sa.PrimaryKeyConstraint("from_cycle_id"),
        sa.UniqueConstraint("to_cycle_id"),
    )
    op.create_table(
        "replanned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("replanned_assignment", "replanned", ["assignment_id", "version"], unique=False)


def _ladder_choice() -> None:
    op.create_table(
        "ladder_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column(
            "item_class",
            sa.Enum(
                "report",
                "dated",
                "undated",
                name="ladder_choice_class",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("ladder", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_ladder_choice_plan_id"), "ladder_choice", ["plan_id"], unique=False)
    op.create_index(op.f("ix_ladder_choice_unit_id"), "ladder_choice", ["unit_id"], unique=False)


def _absence() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("deputy", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_absence_who"), "absence", ["who"], unique=False)


def _items() -> None:
    op.create_table(
        "item_event",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["plan_item.id"]),
        sa.PrimaryKeyConstraint("item_id", "anchor"),
    )
    op.create_table(
        "item_lineage",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("from_item_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["from_item_id"], ["plan_item.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["plan_item.id"]),
        sa.PrimaryKeyConstraint("item_id", "from_item_id"),
    )


def downgrade() -> None:
    """Forget what the year needed; assignments, notices and the ledger stay."""
    for table in ("replanned", "rollover", "item_lineage", "item_event", "absence", "ladder_choice"):
        op.drop_table(table)
