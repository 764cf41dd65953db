"""What is still to be done until a first year runs: the way in, for whoever has just started the program."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from models.cycles import Cycle
from models.people import Person, PersonRole, Unit
from models.plans import Plan
from web.visit import ADMIN, Visit


@dataclass(frozen=True)
class Step:
    """One step, each in Vietnamese and English; `place` is "" for somebody who may not do it."""

    name: tuple[str, str]
    hint: tuple[str, str]
    place: str
    done: bool


def first_steps(session: Session, visit: Visit) -> list[Step]:
    """The steps in their order, those done included; none once a year has been armed."""
    if session.exec(select(func.count(col(Cycle.id))).where(col(Cycle.armed_at).is_not(None))).one():
        return []
    units = session.exec(select(func.count(col(Unit.id))).where(Unit.active)).one()
    coordinators = select(func.count(col(Person.id))).where(
        Person.active, Person.role == PersonRole.COORDINATOR
    )
    plan = session.exec(select(func.max(Plan.id))).one()
    mail = bool(visit.place.settings.mail_url) or visit.rehearsal
    mine = visit.is_a(ADMIN)
    return [
        Step(
            ("Đưa danh bạ đơn vị vào", "Put the units in"),
            (
                "một tệp, hoặc từng đơn vị: tên, nơi nhận thư, cấp trên",
                "a file, or one by one, with their addresses",
            ),
            "/office/directory" if mine else "",
            units > 0,
        ),
        Step(
            ("Thêm chuyên viên đầu mối", "Add the coordinators"),
            ("lãnh đạo và người kiểm tra cũng ở đó", "leaders and auditors are added there too"),
            "/people" if mine else "",
            session.exec(coordinators).one() > 0,
        ),
        Step(
            ("Thiết lập kênh gửi thư", "Set the mail channel up"),
            (
                "DONDOC_MAIL_URL; chưa có thì thư được giữ thành tệp",
                "DONDOC_MAIL_URL; else mail is kept as files",
            ),
            "/office/checks" if mine else "",
            mail,
        ),
        Step(
            ("Nhập một kế hoạch đã ký", "Put a signed plan in"),
            (
                "từng nhiệm vụ được đọc ra, kèm chỗ trong văn bản",
                "its tasks are read, each with its place in the text",
            ),
            "/plans",
            plan is not None,
        ),
        Step(
            ("Giao việc, mô phỏng cả năm, rồi kích hoạt", "Give the tasks, simulate the year, arm it"),
            ("từ lúc đó đơn vị được nhắc", "from then on units are reminded"),
            f"/plans/{plan}" if plan else "/plans",
            False,
        ),
    ]
