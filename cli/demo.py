"""`dondoc demo`: an example plan put in, assigned, armed and part of its year rehearsed, then left open to be used."""

import secrets
import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

from sqlmodel import col, select

import migrations
from actions import accounts, cycles
from actions.assigning import apply_assignments, read_assignments
from actions.directory import apply_directory, load_yaml, read_yaml
from actions.plans import import_plan, plan_named
from cli.files import read_file
from cli.show import out, say, tell
from deployments.rehearsal import own_place, rehearse_plan
from models.accounts import KeyPurpose
from models.database import reading, unit_of_work
from models.ledger import Actor
from models.people import Person
from plan import clock
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
        Leave the stack running on the rehearsed year, until Ctrl-C.
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
    lived = _lived(place)
    _where(place, lived, number, until)
    _let_in(lived)
    if not holds:
        return 5
    return _stay(lived) if stay else 0


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
    _line(
        f"{done.plan.number}: {done.items} nhiệm vụ, {given.made} việc giao",
        f"{done.plan.number}: {done.items} tasks, {given.made} assignments",
    )
    return done.plan.number, year


def _simulate(place: Place, number: str, year: int) -> None:
    with reading(place.url) as session:
        plan = plan_named(session, number)
        notices = cycles.simulate_cycle(
            session, cycles.cycle_named(session, plan, year), _day_after(plan.signed_on), place.hours
        )
    t = totals(notices)
    _line(
        f"{t.notices} thông báo, {t.alone} gửi riêng, {t.digests} thư tổng hợp, {t.unreachable} không có người nhận",
        f"{t.notices} notices, {t.alone} by themselves, {t.digests} digests, {t.unreachable} that nobody can receive",
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


def _line(vi: str, en: str) -> None:
    out.print(f"  {say(vi, en)}", markup=False, soft_wrap=True)


def _lived(place: Place) -> Place:
    """The rehearsed year as a place that can be opened: its clock stands where the rehearsal ended."""
    own = own_place(place, place.settings.home / "rehearsal", resume=True).settings
    return at_place(own.model_copy(update={"prefect_port": place.settings.prefect_port}))


def _where(place: Place, lived: Place, number: str, until: date) -> None:
    home, folder, s = place.settings.home, lived.settings.home, lived.settings
    _line(
        f"Năm đã diễn tập (đồng hồ dừng ở {until:%d/%m/%Y}), mở lại: DONDOC_HOME={folder} .venv/bin/dondoc up",
        f"The rehearsed year (its clock stands at {until}), to open it again: DONDOC_HOME={folder} .venv/bin/dondoc up",
    )
    _line(
        f"Thư đã gửi trong năm đó: {folder}/mail (tệp .eml; liên kết trong thư mở được khi chương trình chạy)",
        f"The mail of that year: {folder}/mail (.eml files; their links open while the stack runs)",
    )
    _line(
        f"Xem một nhiệm vụ: DONDOC_HOME={folder} .venv/bin/dondoc item explain {number} II.1.a",
        f"One task explained: DONDOC_HOME={folder} .venv/bin/dondoc item explain {number} II.1.a",
    )
    _line(
        f"Kiểm tra nhật ký: DONDOC_HOME={folder} .venv/bin/dondoc audit verify",
        f"Check the ledger: DONDOC_HOME={folder} .venv/bin/dondoc audit verify",
    )
    _line(
        f"Kế hoạch chưa kích hoạt, để tự làm: DONDOC_HOME={home} .venv/bin/dondoc cycle arm {number}",
        f"The same plan, not armed yet, to do it yourself: DONDOC_HOME={home} .venv/bin/dondoc cycle arm {number}",
    )
    _line(
        f"Trang của Prefect, cho kỹ sư: http://127.0.0.1:{s.prefect_port} (mỗi nhiệm vụ là một deployment)",
        f"Prefect's own pages, for engineers: http://127.0.0.1:{s.prefect_port} (a deployment per task)",
    )
    _line(f"Trang làm việc: {s.public_url}", f"The console: {s.public_url}")


def _let_in(lived: Place) -> None:
    """One password for everybody in the example, made anew each time, and who they are."""
    from web.pages import ROLES

    password = f"thu-nghiem-{secrets.token_hex(4)}"
    now, at, lang = clock.now(), lived.now, lived.settings.lang
    with unit_of_work(lived.url) as session:
        for person in session.exec(select(Person).where(col(Person.active)).order_by(col(Person.id))).all():
            key = accounts.make_key(session, person, KeyPurpose.SET_PASSWORD, now=now, at=at, actor=DEMO)
            accounts.set_password(session, key, password, password, now=now, at=at)
            out.print(f"    {person.code:8} {ROLES[lang][person.role]}: {person.name}", markup=False)
    _line(f"  mật khẩu của tất cả: {password}", f"  password of all of them: {password}")


def _stay(place: Place) -> int:
    from cli.stack import console
    from deployments.stack import up

    tell("Bộ chương trình đang chạy; Ctrl-C để dừng.", "The stack is running; Ctrl-C ends it.")
    return up(place.settings, extra_processes=[console(place.settings)])
