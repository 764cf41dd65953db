"""Prefect's server as one child process of the stack: its settings, its database, its health.

Everything that must differ from Prefect's defaults is set here by environment variables, which win over profiles and
files; nothing is left to the user. Prefect's database holds nothing that cannot be made again.
"""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from deployments.prefect_database import (
    BrokenPrefectDatabase,
    PrefectServerError,
    check_database,
    throw_away,
)
from deployments.words import said

__all__ = ["BrokenPrefectDatabase", "PortTaken", "PrefectPlace", "PrefectServerError", "check", "environment"]

HOST = "127.0.0.1"


class PortTaken(PrefectServerError):
    """Something else listens on the port that the server should have."""


@dataclass(frozen=True)
class PrefectPlace:
    """Where one Prefect lives.

    `home` is its folder; `port` its port on loopback; `database_url` a PostgreSQL URL, or None for SQLite in `home`.
    """

    home: Path
    port: int
    database_url: str | None = None

    @property
    def api_url(self) -> str:
        return f"http://{HOST}:{self.port}/api"

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, or None when the database is PostgreSQL."""
        return None if self.database_url else self.home / "prefect.db"

    @property
    def connection_url(self) -> str:
        """The URL with the asynchronous driver that Prefect wants."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.home / 'prefect.db'}"
        return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+asyncpg://", self.database_url)


def environment(place: PrefectPlace) -> dict[str, str]:
    """What every process that speaks to this Prefect needs in its environment: server, worker, console, command line.

    The reasons stand beside the values.
    """
    return {
        "PREFECT_HOME": str(place.home),
        "PREFECT_PROFILES_PATH": str(
            place.home / "profiles.toml"
        ),  # a profile of the user's must not reach in
        "PREFECT_API_URL": place.api_url,
        "NO_PROXY": _with_loopback(os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""),
        **_server(place),
        **_quiet(),
        **_runs(),
    }


def _server(place: PrefectPlace) -> dict[str, str]:
    return {
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(place.port),
        "PREFECT_SERVER_API_KEEPALIVE_TIMEOUT": "60",  # clients here live long; 5 s makes them meet closed sockets
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",  # a wrong URL must fail, not start a second server
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": place.connection_url,
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        # The late-run service marks runs in deferred transactions: hundreds fail on SQLite with "database is locked"
        # and all stands still for a minute. Lateness is our own figure, so nothing is lost.
        "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
        # We own no automations; matching every event against none costs a tenth of the server.
        "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
        # Our worker asks the pool's own endpoint each two minutes. With the default of one, every deployment would turn
        # "not ready" and "ready" again each time, with an event and a dozen queries for each turn.
        "PREFECT_SERVER_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS": "600",
        "PREFECT_SERVER_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS": "600",
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P7D",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    }


def _quiet() -> dict[str, str]:
    """No telemetry, no advertisement, no question back to the maker."""
    return {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_LOGGING_COLORS": "false",
        "PREFECT_CLI_COLORS": "false",
        "PREFECT_CLI_PROMPT": "false",
    }


def _runs() -> dict[str, str]:
    return {
        # Only as JSON can a number be unset here. Heartbeats hold each synchronous run for a second at its end.
        "PREFECT_FLOWS": json.dumps({"heartbeat_frequency": None}),
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",  # one set of packages runs both
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",  # the server asks for none on loopback
        "PREFECT_WORKER_QUERY_SECONDS": "0.25",
        "PREFECT_WORKER_PREFETCH_SECONDS": "0",  # a wake never starts before its moment
        "PREFECT_WORKER_HEARTBEAT_SECONDS": "10",
    }


def _with_loopback(hosts: str) -> str:
    return ",".join(dict.fromkeys([*filter(None, hosts.split(",")), HOST, "localhost"]))


def arguments(place: PrefectPlace) -> list[str]:
    """The module and arguments that run the server in one process."""
    return [
        "uvicorn", "--factory", "deployments.prefect_app:create_app", "--host", HOST, "--port", str(place.port),
        "--timeout-keep-alive", "60", "--timeout-graceful-shutdown", "2", "--log-level", "warning",
    ]  # fmt: skip


def check(place: PrefectPlace) -> None:
    """Refuse, before anything starts, what cannot work.

    Raises `PortTaken` when the port is in use and `BrokenPrefectDatabase` when the database cannot be opened, holds
    something else, or comes from another version of Prefect.
    """
    check_port_free(place.port, said("máy chủ Prefect", "Prefect's server"), "DONDOC_PREFECT_PORT")
    check_database(place.database_file, place.database_url)


def check_port_free(port: int, whose: str, setting: str) -> None:
    """Raise `PortTaken` when something listens on loopback at `port`; say who, as far as it can be asked."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as refused:
            who = _who_listens(port)
            raise PortTaken(
                said(
                    f"Cổng {port} của {HOST} đang bị {who} chiếm, {whose} không dùng được. "
                    f"Hãy dừng chương trình đó hoặc chọn cổng khác bằng {setting}.",
                    f"Port {port} of {HOST} is taken by {who}, so {whose} cannot have it. "
                    f"End that program or choose another port with {setting}.",
                )
            ) from refused


def _who_listens(port: int) -> str:
    if healthy(f"http://{HOST}:{port}/api"):
        return said("một máy chủ Prefect khác", "another Prefect server")
    return said("chương trình khác", "another program")


def healthy(api_url: str) -> bool:
    """Whether a Prefect server answers at `api_url` within a second or two."""
    try:
        with build_opener(ProxyHandler({})).open(f"{api_url}/health", timeout=2) as answer:
            return answer.read().strip() == b"true"
    except (URLError, OSError, ValueError):
        return False


def start(place: PrefectPlace, *, log: int, base: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start the server; its output goes to the file descriptor `log`. It dies with this process.

    Use :func:`wait_healthy` before speaking to it.
    """
    place.home.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "deployments.guard", *arguments(place)],
        env={**(os.environ if base is None else base), **environment(place)},
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def explain_end(output: str, file: Path | None) -> str:
    """What the server's last words mean, for people; empty when they are not known."""
    if re.search(r"address already in use", output, re.IGNORECASE):
        return said("chương trình khác đã chiếm cổng của nó", "another program took its port")
    if file is not None and re.search(
        r"Can't locate revision|not a database|malformed|no such (table|column)|readonly database", output
    ):
        return throw_away(file, "the server cannot open it")
    return ""
