"""Indices that answer the questions of the console's pages and of the senders without reading the rows.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITING = sa.text("state IN ('owed','retrying','sending')")
_KEPT = ["state", "due_on", "due_time", "original_due_on", "handed_in_at"]


def upgrade() -> None:
    """Put wider indices in the place of those that they begin with.

    The partial index on waiting notices served nobody: a database may use one only where its condition stands in the
    question word for word, and ours have parameters there.
    """
    for column in ("cycle_id", "unit_id"):
        op.drop_index(f"ix_assignment_{column}", "assignment")
    op.create_index(
        "assignment_listed", "assignment",
        ["cycle_id", sa.text("(due_on IS NULL)"), "due_on", "due_time", "id", "state", "unit_id", "item_id"],
    )  # fmt: skip
    op.create_index("assignment_due", "assignment", ["state", "due_on", "due_time", "cycle_id", "unit_id"])
    op.create_index("assignment_of_unit", "assignment", ["unit_id", "cycle_id", *_KEPT])
    op.create_index("assignment_of_cycle", "assignment", ["cycle_id", *_KEPT])
    op.drop_index("notice_waiting", "notice")
    op.create_index("notice_state", "notice", ["state", "send_after"])
    for column in ("action", "subject"):
        op.drop_index(f"ix_ledger_{column}", "ledger")
    for column in ("who", "action", "subject"):
        op.create_index(f"ledger_{column}", "ledger", [column, "seq"])


def downgrade() -> None:
    """The indices of before."""
    for column in ("who", "action", "subject"):
        op.drop_index(f"ledger_{column}", "ledger")
    for column in ("action", "subject"):
        op.create_index(f"ix_ledger_{column}", "ledger", [column])
    op.drop_index("notice_state", "notice")
    op.create_index(
        "notice_waiting", "notice", ["send_after"], sqlite_where=_WAITING, postgresql_where=_WAITING
    )
    for name in ("listed", "due", "of_unit", "of_cycle"):
        op.drop_index(f"assignment_{name}", "assignment")
    for column in ("cycle_id", "unit_id"):
        op.create_index(f"ix_assignment_{column}", "assignment", [column])
