"""Every page of the console, cold and warm, on one core, with a province's two years behind it; and a rival's pages.

The database is built once and kept in DONDOC_BENCH_FOLDER (or a folder of the cache); with DONDOC_BENCH_DATABASE it is
that of another server. `--rounds` (DONDOC_BENCH_ROUNDS) says how often each page is opened (30), `--minutes`
(DONDOC_BENCH_MINUTES) when to stop in any case, DONDOC_BENCH_PAGES which (a part of the address). Cold: in a fresh
process that has not shown the page yet, the database's file dropped from memory before each request. Warm: again in the
same process, with other rows. From the first byte sent to the last one received; beside it the server's own CPU, which
other work on the machine does not change.
"""

import hashlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.figures import percentile

LIMIT_MS, LIMIT_BYTES = 100, 200_000
ENOUGH_MS, ENOUGH_TIMES = 1000, 3
"""A page that took this long so often has missed for certain and is not opened again."""
ROUNDS = int(os.environ.get("DONDOC_BENCH_ROUNDS", "30"))
ONLY = os.environ.get("DONDOC_BENCH_PAGES", "")
MINUTES = float(os.environ.get("DONDOC_BENCH_MINUTES", "inf"))
COLD, WARM = "cold", "warm"
FILES = (".csv", ".zip", ".xlsx", ".docx", ".ics", ".json", ".yaml")
HERE = Path(__file__).parent


@dataclass
class Opened:
    """How one address did: milliseconds from first byte to last, the server's CPU, bytes, kinds of answers."""

    wall: dict[str, list[float]] = field(default_factory=lambda: {COLD: [], WARM: []})
    cpu: dict[str, list[float]] = field(default_factory=lambda: {COLD: [], WARM: []})
    bytes: int = 0
    status: set[int] = field(default_factory=set[int])
    html: bool = True

    @property
    def lost(self) -> bool:
        """Whether it is so slow that more of it would only take time."""
        return sum(ms > ENOUGH_MS for ms in (*self.wall[COLD], *self.wall[WARM])) >= ENOUGH_TIMES


def folder() -> Path:
    """Where the province is kept: one per form of the schema and of the files that build it."""
    import migrations

    parts = [(HERE / name).read_bytes() for name in ("province.py", "lived.py")]
    mark = hashlib.sha256(b"".join([migrations.head().encode(), *parts])).hexdigest()[:12]
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dondoc-bench"
    return Path(os.environ.get("DONDOC_BENCH_FOLDER") or default) / f"province-{mark}"


def prepare() -> dict[str, str]:
    """The environment of a console over the built province."""
    home = folder()
    url = os.environ.get("DONDOC_BENCH_DATABASE") or f"sqlite:///{home}/dondoc.db"
    os.environ |= {
        "DONDOC_HOME": str(home), "DONDOC_DATABASE_URL": url, "DONDOC_CONSOLE_PORT": str(_free_port()),
        "DONDOC_OFFICE": "Văn phòng Ủy ban nhân dân tỉnh",
    }  # fmt: skip
    if not (home / "built").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        began = time.perf_counter()
        _build(url, home)
        (home / "built").touch()
        print(f"  built once in {time.perf_counter() - began:.0f} s: {home}")
    _keep_mail(home / "mail")
    return dict(os.environ)


def _keep_mail(folder: Path) -> None:
    """A morning's digests as files, one for each unit, so that the page of kept mail has something to show."""
    from bench.addresses import KEPT_DAY, KEPT_MAIL
    from bench.province import NOW, UNITS
    from notifications.files import FileChannel
    from notifications.preview import sample_digest
    from notifications.render import Office, Renderer

    if (folder / KEPT_DAY).exists():
        return
    digest = Renderer(Office("Văn phòng", "x.example"), "vi").digest(sample_digest(NOW.date()), at=NOW)
    list(FileChannel(folder, "dondoc@x.example", durable=False).send(
        replace(digest, to=f"vanthu@u{n}.example", message_id=f"<digest-{n}@x.example>") for n in range(UNITS)
    ))  # fmt: skip
    (folder / KEPT_DAY / "080000-digest-0.eml").rename(folder / KEPT_DAY / KEPT_MAIL)


def _build(url: str, home: Path) -> None:
    from bench.lived import Lived
    from bench.province import NOW, found
    from models.database import compact, engine_for
    from models.moment import mark_as_rehearsal

    found(url)
    Lived(url, f"file://{home}/evidence").live()
    compact(url)  # as `dondoc up` does
    mark_as_rehearsal(url, NOW)  # the console's clock stands at this morning
    if url.startswith("postgresql"):  # what its own service does within minutes of such a load
        with engine_for(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server process on one core, and what it costs."""

    def __init__(self, command: Sequence[str], port: int, env: dict[str, str]) -> None:
        self.port, self.process = port, subprocess.Popen(command, env=env)
        os.sched_setaffinity(self.process.pid, {max(os.sched_getaffinity(0))})

    def wait(self) -> None:
        """Until it answers."""
        for _ in range(600):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def cpu(self) -> float:
        """Its CPU milliseconds so far, of threads that have ended too."""
        return time.clock_gettime_ns((~self.process.pid << 3) | 2) / 1e6

    def memory(self) -> float:
        """Its resident memory in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        return int(next(x for x in status.splitlines() if x.startswith("VmRSS")).split()[1]) / 1024

    def get(self, path: str, headers: dict[str, str]) -> tuple[float, float, http.client.HTTPResponse, bytes]:
        """One request on a connection of its own: milliseconds, CPU milliseconds, answer, body."""
        before, began = self.cpu(), time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        wall = 1000 * (time.perf_counter() - began)
        connection.close()
        return wall, self.cpu() - before, response, body


@contextmanager
def serving(command: Sequence[str], port: int, env: dict[str, str]) -> Iterator[Server]:
    """A server for the block."""
    server = Server(command, port, env)
    try:
        server.wait()
        yield server
    finally:
        server.process.terminate()
        server.process.wait(30)


def forget(path: Path) -> None:
    """Let the system drop a database's file from memory."""
    for name in (path, path.with_name(path.name + "-wal")):
        if name.exists():
            file = os.open(name, os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def run() -> None:
    """Measure and print."""
    from bench.addresses import every_address, samples, sign_in
    from bench.admin import beside
    from settings import load_settings
    from web.app import create_app

    print(f"web: {ROUNDS} times each, cold and warm, one core; wanted: p95 under {LIMIT_MS} ms, under 200 kB")
    env = prepare()
    settings = load_settings()
    addresses = [a for a in every_address(create_app(settings)) if ONLY in a.template]
    rows, cookies = samples(settings, ROUNDS), sign_in(settings)
    opened = {a: Opened() for a in addresses}
    until = time.monotonic() + 60 * MINUTES
    for number in range(ROUNDS):
        if time.monotonic() > until:
            break
        with serving([sys.executable, "-m", "web"], settings.console_port, env) as server:
            _round(server, number, rows, cookies, opened, until)
            memory = server.memory()
        print(
            f"  round {number + 1}: the process has {memory:.0f} MiB, the machine a load of {os.getloadavg()[0]:.1f}"
        )
    _show(opened)
    beside(settings.console_port, env, rows, cookies["lan"])


def _round(server, number, rows, cookies, opened, until) -> None:
    """Each page once cold and once warm, then the files; another one comes first in each round."""
    from bench.addresses import COMPUTED

    addresses = list(opened)
    turned = addresses[number * 7 % len(addresses) :] + addresses[: number * 7 % len(addresses)]
    database = folder() / "dondoc.db"
    files = [
        a for a in turned if a.route in COMPUTED or a.template.endswith(FILES)
    ]  # minutes each: after every page
    pages = [a for a in turned if a not in files]
    for how, some in ((COLD, pages), (WARM, pages), (COLD, files), (WARM, files)):
        for address in (a for a in some if not opened[a].lost):
            if time.monotonic() > until:
                return
            sample = rows[(number + (how == WARM) * 11) % len(rows)]
            headers = {"cookie": f"dondoc_session={cookies[address.who]}"} if address.who else {}
            if address.key:
                headers = {"authorization": f"Bearer {cookies['API']}"}
            if how == COLD:
                forget(database)
            wall, cpu, response, body = server.get(address.template.format_map(sample), headers)
            one = opened[address]
            one.wall[how].append(wall)
            one.cpu[how].append(cpu)
            one.bytes = max(one.bytes, len(body))
            one.status.add(response.status)
            one.html = (response.getheader("content-type") or "").startswith(
                ("text/html", "application/json")
            )


def _show(opened) -> None:
    """The table, the slowest first, and the pages that miss."""
    from bench.addresses import COMPUTED

    columns = "".join(f" {how + ' p50':>8} {'p95':>6} {'max':>6} {'cpu95':>6}" for how in (COLD, WARM))
    print(f"  {'page':58} {'role':13}{columns} {'kB':>6}")
    missed = 0
    unseen, opened = (
        sum(not one.status for one in opened.values()),
        {a: one for a, one in opened.items() if one.status},
    )
    for address, one in sorted(opened.items(), key=lambda pair: -percentile(pair[1].wall[COLD], 95)):
        figures = "".join(_columns(one.wall[how], one.cpu[how]) for how in (COLD, WARM))
        slow = max(percentile(one.wall[how], 95) for how in (COLD, WARM) if one.wall[how]) > LIMIT_MS
        large = one.bytes > LIMIT_BYTES
        page = one.html and address.route not in COMPUTED and not address.template.endswith(FILES)
        says = f" {'SLOW' if slow else ''} {'LARGE' if large else ''}" if page else " (no page)"
        missed += page and (slow or large)
        odd = "" if one.status <= {200, 303} else f" status {sorted(one.status)}"
        print(f"  {address.template[:58]:58} {address.role:13}{figures} {one.bytes / 1000:6.0f}{says}{odd}")
    print(f"  → {missed} of {len(opened)} miss" + (f"; {unseen} were not reached in time" if unseen else ""))


def _columns(wall: Sequence[float], cpu: Sequence[float]) -> str:
    if not wall:
        return f" {'–':>8} {'':6} {'':6} {'':6}"
    p50, p95 = percentile(wall, 50), percentile(wall, 95)
    return f" {p50:8.0f} {p95:6.0f} {max(wall):6.0f} {percentile(cpu, 95):6.0f}"


if __name__ == "__main__":
    run()
