"""How every assignment stood on each day.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel import Session

from models.as_of import FIRST
from models.moment import is_rehearsal
from models.periods import fill
from plan.lifecycle import WorkState

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KEPT = ["due_on", "due_time", "original_due_on", "handed_in_at"]


def upgrade() -> None:
    """A page of a past day asks one table how things stood; what went before is computed from moves and ledger."""
    state = sa.Enum(
        *(s.value for s in WorkState), native_enum=False, length=32, create_constraint=True,
        name="assignment_period_state",
    )  # fmt: skip
    op.create_table(
        "assignment_period",
        sa.Column(
            "assignment_id", sa.Integer(), sa.ForeignKey("assignment.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("cycle_id", "item_id", "unit_id")),
        sa.Column("state", state, nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("due_time", sa.Time()),
        sa.Column("original_due_on", sa.Date()),
        sa.Column("handed_in_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("assignment_id", "from_day"),
    )
    span = ["state", "until_day", "from_day"]
    op.create_index(
        "period_of_cycle", "assignment_period",
        ["cycle_id", *span, *_KEPT, "unit_id", "item_id", "assignment_id"],
    )  # fmt: skip
    op.create_index(
        "period_of_unit", "assignment_period", ["unit_id", *span, "cycle_id", *_KEPT, "assignment_id"]
    )
    with Session(op.get_bind(), join_transaction_mode="create_savepoint") as session:
        fill(
            session, FIRST if is_rehearsal(session) else None
        )  # what a rehearsal copied bears a later moment
        session.commit()


def downgrade() -> None:
    """Past days are computed from moves and ledger again."""
    op.drop_table("assignment_period")
