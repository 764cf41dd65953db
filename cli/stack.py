"""`dondoc up`, `dondoc backup`, `dondoc restore`, `dondoc db`."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from cyclopts import App

import migrations
from cli.here import open_place
from cli.show import out, tell
from deployments import backup as archive
from settings import Settings
from tasks.place import here

if TYPE_CHECKING:
    from deployments.stack import ProcessSpec

db = App(name="db")


def up() -> int:
    """Start and supervise everything on this machine: Prefect, the worker, the schedules. Ctrl-C ends it."""
    from deployments.stack import up as run_stack
    from web.__main__ import announce

    settings = open_place().settings
    if sentence := announce(settings):
        out.print(sentence, markup=False)
    tell(f"Trang làm việc: {settings.public_url}", f"The console: {settings.public_url}")
    return run_stack(settings, extra_processes=[console(settings)])


def console(settings: Settings) -> "ProcessSpec":
    """The console as a process of the stack."""
    from deployments.stack import ProcessSpec

    health = f"http://127.0.0.1:{settings.console_port}/health"
    return ProcessSpec(
        "console",
        "web",
        ("announced",),
        port=settings.console_port,
        port_setting="DONDOC_CONSOLE_PORT",
        alive=lambda: answers(health),
    )


def answers(address: str) -> bool:
    """Whether something answers at an address on this machine; what says in words that it cannot work is not deaf."""
    try:
        build_opener(ProxyHandler({})).open(address, timeout=2).close()
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
    return True


def backup(file: Path) -> None:
    """Keep both databases and the evidence files as they are at this moment. (Sao lưu)"""
    kept = archive.back_up(open_place().settings, file)
    tell(f"Đã sao lưu vào {file}: nhật ký {kept.rows} dòng, {kept.papers} tệp. Đầu chuỗi {kept.head}",
         f"Kept in {file}: {kept.rows} ledger rows, {kept.papers} files. Head {kept.head}")  # fmt: skip


def restore(file: Path, *, force: bool = False) -> None:
    """Put a backup back; the stack must not be running. (Phục hồi)

    Parameters
    ----------
    force
        Replace what is there.
    """
    from deployments.stack import alone

    settings = here().settings
    with alone(settings):
        kept = archive.restore(settings, file, force=force)
    tell(
        f"Đã phục hồi: nhật ký {kept.rows} dòng, {kept.papers} tệp.",
        f"Restored: {kept.rows} ledger rows, {kept.papers} files.",
    )


@db.command
def upgrade() -> None:
    """Bring the database up to date. (Nâng cấp)"""
    migrations.upgrade(here().url)
    tell("Cơ sở dữ liệu đã cập nhật.", "The database is up to date.")


@db.command
def status() -> None:
    """Show the revision of the database and the one this program needs. (Tình trạng)"""
    now, needed = migrations.current(here().url), migrations.head()
    tell(f"Đang ở {now or '(trống)'}; cần {needed}.", f"At {now or '(empty)'}; needed {needed}.")
