"""The worker's process: `python -m deployments.work`. Its heartbeat is written into our own database.

The stack starts one; more may be started by hand or as services, with the same settings.
"""

import logging

from deployments.beats import DatabaseBeat
from deployments.kick import prefect_place, speak_to
from settings import load_settings


def main() -> None:
    """Serve the pool until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = load_settings()
    speak_to(prefect_place(settings))
    from deployments.worker import run_until_stopped

    run_until_stopped(limit=settings.worker_limit, beat=DatabaseBeat(settings.database_url))


if __name__ == "__main__":
    main()
