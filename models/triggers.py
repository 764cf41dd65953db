"""The database's own guard over the ledger: rows are added, never changed or removed."""

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"

_TAKEN = "EXISTS (SELECT 1 FROM ledger WHERE seq = NEW.seq OR hash = NEW.hash OR previous = NEW.previous)"

_SQLITE = (
    f"CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger {_REFUSE}",
    f"CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger {_REFUSE}",
    # INSERT OR REPLACE removes the row in its way without asking the trigger for DELETE
    f"CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger WHEN {_TAKEN} {_REFUSE}",
)

_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$",
    "CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON ledger "
    "FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only()",
    "CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()",
)

TRIGGERS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}
"""The statements that make the guard, per dialect."""
