"""`python -m deployments.register`: the pool and the schedules of `prefect.yaml`, and one run of `schedule` at once.

The stack runs it whenever a Prefect server has come up: if its database was deleted, this brings everything back.
"""

from tasks import engine


def main() -> None:
    """Register everything, and let `schedule` make the deployments and wakes of the items."""
    engine.register_flows(schedules=True)
    engine.trigger("schedule/schedule")


if __name__ == "__main__":
    main()
