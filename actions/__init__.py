"""What people do, one transaction each.

Every action takes an open session from :func:`models.database.unit_of_work`, the moment `at` (aware UTC) and the actor,
checks everything before it writes anything, and puts what happened into the ledger. None of them touches the engine.
"""
