"""The Prefect flows, a page each: names and order, nothing else."""
