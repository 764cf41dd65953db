"""`dondoc demo`: an example plan put in, assigned, part of its year rehearsed, then armed with the stack running."""

import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

import migrations
from actions import cycles
from actions.assigning import apply_assignments, read_assignments
from actions.directory import apply_directory, load_yaml, read_yaml
from actions.plans import import_plan, plan_named
from cli.files import read_file
from cli.show import out, say, tell
from deployments.rehearsal import rehearse_plan
from models.database import reading, unit_of_work
from models.ledger import Actor
from plan.clock import local_moment
from plan.simulation import totals
from tasks.place import Place, at_place, here

EXAMPLES = Path(__file__).parent.parent / "examples"
PLAN = "ke-hoach-thong-tin-doi-ngoai-2026.txt"
DEMO = Actor("demo", "command-line")


@contextmanager
def _step(vi: str, en: str) -> Generator[None]:
    out.print(f"▸ {say(vi, en)} …", markup=False)
    began = time.perf_counter()
    yield
    out.print(f"  {time.perf_counter() - began:.1f} s", markup=False)


def demo(*, home: Path = Path(".demo"), until: date = date(2026, 2, 15), stay: bool = True) -> int:
    """Show the whole chain on an example plan; everything is kept in one folder that is made anew. (Dùng thử)

    Parameters
    ----------
    home
        The folder of the demonstration.
    until
        How far the year is rehearsed.
    stay
        Leave the stack running afterwards, until Ctrl-C.
    """
    shutil.rmtree(home, ignore_errors=True)
    place = _place(home.resolve())
    with _step(
        "Nhập kế hoạch ví dụ và danh bạ, giao việc", "Importing the example plan and its units, assigning"
    ):
        number, year = _fill(place)
    with _step("Mô phỏng cả năm", "Simulating the year"):
        _simulate(place, number, year)
    with _step(f"Diễn tập đến {until:%d/%m/%Y} qua Prefect", f"Rehearsing until {until} through Prefect"):
        holds = _rehearse(place, number, year, until)
    _where(place, number)
    if not holds:
        return 5
    return _stay(place) if stay else 0


def _place(home: Path) -> Place:
    settings = here().settings.model_copy(update={
        "home": home, "database_url": f"sqlite:///{home}/dondoc.db", "evidence_url": f"file://{home}/evidence",
        "mail_dir": home / "mail", "mail_url": "", "prefect_home": home / "prefect",
        "prefect_database_url": "",
        "office": "UBND tỉnh Bình Sơn (ví dụ)",
    })  # fmt: skip
    home.mkdir(parents=True)
    return at_place(settings)


def _fill(place: Place) -> tuple[str, int]:
    """Import, assign; answers the plan's number and year."""
    draft = read_file(EXAMPLES / PLAN)
    units = read_yaml((EXAMPLES / "units.yaml").read_text("utf-8"), "units.yaml")
    decided = load_yaml((EXAMPLES / "assignments.yaml").read_text("utf-8"), "assignments.yaml")
    specs = read_assignments(decided, "assignments.yaml").items
    migrations.upgrade(place.url)
    with unit_of_work(place.url) as session:
        at = place.now
        apply_directory(session, units, at=at, actor=DEMO)
        done = import_plan(session, draft, at=at, actor=DEMO)
        year = done.plan.signed_on.year
        given = apply_assignments(session, done.plan, year, specs, at=at, actor=DEMO)
    out.print(f"  {done.plan.number}: {done.items} nhiệm vụ, {given.made} việc giao", markup=False)
    return done.plan.number, year


def _simulate(place: Place, number: str, year: int) -> None:
    with reading(place.url) as session:
        plan = plan_named(session, number)
        notices = cycles.simulate_cycle(
            session, cycles.cycle_named(session, plan, year), _day_after(plan.signed_on), place.hours
        )
    t = totals(notices)
    out.print(
        f"  {t.notices} thông báo, {t.alone} gửi riêng, {t.digests} thư tổng hợp, {t.unreachable} không có người nhận",
        markup=False,
    )


def _day_after(day: date) -> datetime:
    return local_moment(day + timedelta(days=1), hour(9))


def _rehearse(place: Place, number: str, year: int, until: date) -> bool:
    answers = EXAMPLES / "rehearsal.yaml"
    result = rehearse_plan(
        place, number, year=year, answers=answers, until=until.isoformat(), home=place.settings.home / "rehearsal",
        say=lambda line: out.print(line, markup=False),
    )  # fmt: skip
    out.print(str(result), markup=False)
    return result.holds


def _where(place: Place, number: str) -> None:
    home = place.settings.home
    lines = [
        f"Kế hoạch {number} đã nhập, giao và mô phỏng trong {home}.",
        f"Thư của buổi diễn tập: {home}/rehearsal/mail (tệp .eml, mở bằng chương trình thư).",
        f"Xem một nhiệm vụ: DONDOC_HOME={home}/rehearsal .venv/bin/dondoc item explain {number} II.1.a",
        f"Kiểm tra nhật ký: DONDOC_HOME={home}/rehearsal .venv/bin/dondoc audit verify",
        f"Kích hoạt năm thật: DONDOC_HOME={home} .venv/bin/dondoc cycle arm {number}",
        f"Trang làm việc: {place.settings.public_url} (đặt mật khẩu quản trị theo địa chỉ trong logs/console.log)",
        f"Trang của Prefect (cho kỹ sư): http://127.0.0.1:{place.settings.prefect_port}",
    ]
    for line in lines:
        out.print(f"  {line}", markup=False)


def _stay(place: Place) -> int:
    from cli.stack import console
    from deployments.stack import up

    tell("Bộ chương trình đang chạy; Ctrl-C để dừng.", "The stack is running; Ctrl-C ends it.")
    return up(place.settings, extra_processes=[console(place.settings)])
