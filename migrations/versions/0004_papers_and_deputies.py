"""Files beside requests for more time, the paper of a decision, and on whose behalf a deputy acted.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DONE_BY_UNITS = ("assignment_move", "submission", "extension", "dispute")


def upgrade() -> None:
    """Make the table and the columns; what was done before was done on nobody's behalf."""
    op.create_table(
        "extension_paper",
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("of_answer", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["extension_id"], ["extension.id"]),
        sa.ForeignKeyConstraint(["sha256"], ["paper.sha256"]),
        sa.PrimaryKeyConstraint("extension_id", "sha256", "of_answer"),
    )
    for table in _DONE_BY_UNITS:
        op.add_column(table, sa.Column("on_behalf", sa.String(), nullable=False, server_default=""))
    op.add_column("extension", sa.Column("decision", sa.String(), nullable=False, server_default=""))
    op.add_column("extension", sa.Column("decision_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Forget the papers of requests and decisions; the ledger still names them, and who acted for whom."""
    op.drop_column("extension", "decision_on")
    op.drop_column("extension", "decision")
    for table in _DONE_BY_UNITS:
        op.drop_column(table, "on_behalf")
    op.drop_table("extension_paper")
