"""The database's schema, revision by revision, and how it is brought up to date.

Everything goes by the database's URL; no alembic.ini is needed, so that it works the same from a checkout and when
installed.
"""

from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from models.database import engine_for, translated

HERE = Path(__file__).parent


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return config


def head() -> str:
    """The newest revision that this program knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise RuntimeError(f"no revision was found in {HERE / 'versions'}; the installation is incomplete")
    return found


def current(url: str) -> str | None:
    """The revision at which the database at `url` stands; None for one without tables.

    Raises :class:`models.database.DatabaseUnusable` where it cannot be opened.
    """
    with translated(url), engine_for(url).execution_options(read_only=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(url: str) -> bool:
    """Whether the database at `url` has the schema that this program needs."""
    return current(url) == head()


def is_known(revision: str) -> bool:
    """Whether this program knows `revision`; one that it does not know was made by a newer program."""
    return any(
        script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions()
    )


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` up to `revision`, whole or not at all; two at once do it once.

    Raises :class:`models.database.DatabaseUnusable` where it cannot be opened or written.
    """
    with translated(url), engine_for(url).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('dondoc migrations'))"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def draft(message: str, url: str) -> None:
    """Write a new revision: the difference between the tables in models/ and the up-to-date database at `url`.

    For developers; read what was written before you commit it: CHECKs and triggers are not compared.
    """
    with closing(engine_for(url).connect()) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True)
