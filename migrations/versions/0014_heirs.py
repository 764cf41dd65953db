"""Who stands in whose place is found by an index.

Revision: 0014, after 0013.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The page of one task asks for its heir, and read every assignment for it."""
    op.create_index("ix_assignment_replaces_id", "assignment", ["replaces_id"])


def downgrade() -> None:
    """Every assignment is read again."""
    op.drop_index("ix_assignment_replaces_id", "assignment")
