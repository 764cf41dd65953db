"""A small index of the notices and digests that are neither sent nor void, and one of all notices by their moment.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_UNSETTLED = sa.text("state NOT IN ('accepted','void')")


def upgrade() -> None:
    """An index of every notice by state drew questions about a few assignments to a million sent notices."""
    op.drop_index("notice_state", "notice")
    op.create_index(
        "notice_unsettled", "notice", ["state", "send_after"],
        sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED,
    )  # fmt: skip
    op.create_index("notice_sent", "notice", ["send_after", "state"])
    op.create_index(
        "digest_unsettled", "digest", ["state"], sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED
    )


def downgrade() -> None:
    """The index of before."""
    op.drop_index("digest_unsettled", "digest")
    op.drop_index("notice_sent", "notice")
    op.drop_index("notice_unsettled", "notice")
    op.create_index("notice_state", "notice", ["state", "send_after"])
