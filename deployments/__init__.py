"""How it runs: the worker, the one-machine stack, the rehearsal, backup and check-up."""
