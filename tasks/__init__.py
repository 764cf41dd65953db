"""The Prefect tasks, one effect each, and what they need."""
