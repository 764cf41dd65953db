"""The database's own guard over the ledger: rows are added, never changed or removed."""

TABLE = "ledger"

_SQLITE = tuple(
    f"CREATE TRIGGER ledger_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for verb in ("UPDATE", "DELETE")
) + (
    # INSERT OR REPLACE removes the row in its way without asking the trigger for DELETE
    f"CREATE TRIGGER ledger_no_replace BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} "
    "WHERE seq = NEW.seq OR hash = NEW.hash OR previous = NEW.previous) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
)

_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    f"CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()",
    f"CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()",
)

TRIGGERS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
"""The statements that make the guard, per dialect."""
