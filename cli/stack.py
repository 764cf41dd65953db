"""`dondoc up`, `dondoc backup`, `dondoc restore`, `dondoc db`."""

from pathlib import Path

from cyclopts import App

import migrations
from cli.here import open_place
from cli.show import tell
from deployments import backup as archive
from tasks.place import here

db = App(name="db", help="The database: upgrade, status. (Cơ sở dữ liệu)")


def up() -> int:
    """Start and supervise everything on this machine: Prefect, the worker, the schedules. Ctrl-C "
    "ends it. (Khởi động)"""
    from deployments.stack import up as run_stack

    return run_stack(open_place().settings)


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
