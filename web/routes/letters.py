"""The mails that go out, each with sample values in both languages; and one of them sent to whoever looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions.errors import NotFound, Problem, Refused
from models import ledger
from models.database import unit_of_work
from notifications.channels import ChannelError, Status
from notifications.messages import Lang, Message
from notifications.preview import previews
from notifications.render import Office, Renderer
from plan.kinds import NoticeKind
from tasks.place import Place
from tasks.sending import send_sample
from web.guard import framed
from web.visit import Administering, Looking, Visit

router = APIRouter(prefix="/office/letters")

LETTERS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "digest": (("Thư tổng hợp", "The digest"), ("mỗi hộp thư, 08:00 ngày làm việc", "each mailbox, 08:00")),
    "morning": (("Thư buổi sáng", "The morning line"), ("chuyên viên đầu mối, kiểm tra", "coordinators, auditors")),
    NoticeKind.ASSIGNED: (("Giao việc mới", "A new task"), ("đơn vị", "the unit")),
    NoticeKind.REMINDER: (("Nhắc trước hạn", "A reminder"), ("đơn vị", "the unit")),
    NoticeKind.LAST_DAY: (("Ngày cuối", "The last day"), ("đơn vị, gửi ngay", "the unit, at once")),
    NoticeKind.OVERDUE: (("Quá hạn", "Overdue"), ("đơn vị, gửi ngay", "the unit, at once")),
    NoticeKind.ESCALATION: (("Báo cáo cấp trên", "An escalation"), ("cấp trên của đơn vị", "the superior")),
    NoticeKind.REVIEW: (("Hỏi lại việc không có ngày", "About a task without a day"), ("đơn vị", "the unit")),
    NoticeKind.SUBMITTED: (("Đơn vị đã nộp", "Handed in"), ("chuyên viên đầu mối", "the coordinator")),
    NoticeKind.RETURNED: (("Trả lại để bổ sung", "Returned"), ("đơn vị, gửi ngay", "the unit, at once")),
    NoticeKind.ACCEPTED: (("Đã nghiệm thu", "Accepted"), ("đơn vị", "the unit")),
    NoticeKind.REOPENED: (("Mở lại", "Reopened"), ("đơn vị, gửi ngay", "the unit, at once")),
    NoticeKind.EXTENSION_ASKED: (("Xin gia hạn", "Asked for more time"), ("chuyên viên đầu mối", "the coordinator")),
    NoticeKind.EXTENSION_DECISION: (("Trả lời gia hạn", "The answer to it"), ("đơn vị, gửi ngay", "the unit")),
    NoticeKind.DISPUTED: (("Không phải việc của đơn vị", "Not our task"), ("chuyên viên đầu mối", "the coordinator")),
    NoticeKind.REASSIGNED: (("Chuyển cho đơn vị khác", "Given to another unit"), ("đơn vị cũ", "the old unit")),
    NoticeKind.SUSPENDED: (("Tạm dừng", "Suspended"), ("đơn vị", "the unit")),
    NoticeKind.RESUMED: (("Tiếp tục", "Resumed"), ("đơn vị", "the unit")),
    NoticeKind.CANCELLED: (("Hủy", "Cancelled"), ("đơn vị", "the unit")),
    NoticeKind.SUPERSEDED: (("Văn bản đã được thay", "The plan was replaced"), ("đơn vị", "the unit")),
}  # fmt: skip
"""By the name of the template: what it is, and who gets it; each in Vietnamese and English."""


@dataclass(frozen=True)
class Letter:
    """One template with sample values."""

    name: str
    title: tuple[str, str]
    to: tuple[str, str]
    message: Message


def letters(place: Place, lang: Lang, visit: Visit) -> list[Letter]:
    """Every mail in one language, as it would look now."""
    address = place.settings.mail_from
    office = Office(
        name=place.settings.office, domain=address.rpartition("@")[2].rstrip(">"), contact=address
    )
    return [
        Letter(name, *LETTERS.get(name, ((name, name), ("", ""))), message)
        for name, message in previews(Renderer(office, lang), visit.at)
    ]


def _lang(visit: Visit) -> Lang:
    return "en" if visit.request.query_params.get("in", visit.form.text("in", "vi")) == "en" else "vi"


@router.get("")
def list_letters(visit: Looking) -> Response:
    """Every mail with its subject and who gets it."""
    lang = _lang(visit)
    return visit.page("letters.html", rows=letters(visit.place, lang, visit), shown_in=lang)


@router.get("/{letter}")
def show(letter: str, visit: Looking) -> Response:
    """One mail as its reader sees it: subject, HTML and plain text."""
    return _one(visit, letter)


def _one(visit: Visit, name: str, problems: Sequence[Problem] = (), sent: str = "") -> Response:
    lang = _lang(visit)
    return visit.page(
        "letter.html", letter=_letter(visit, name, lang), shown_in=lang, problems=problems, sent=sent,
    )  # fmt: skip


def _letter(visit: Visit, name: str, lang: Lang) -> Letter:
    found = next((row for row in letters(visit.place, lang, visit) if row.name == name), None)
    if found is None:
        raise NotFound([Problem(f"there is no letter {name}", f"không có mẫu thư {name}")])
    return found


@router.get("/{letter}/body")
def body(letter: str, visit: Looking) -> Response:
    """The HTML part alone, for a frame in which nothing runs and nothing is fetched."""
    return framed(_letter(visit, letter, _lang(visit)).message.html)


@router.post("/{letter}/send")
def send(letter: str, visit: Administering) -> Response:
    """Send the sample to whoever asks, through the channel that is set up; its answer is shown as it came."""
    try:
        return _one(visit, letter, sent=_sent(visit, letter))
    except Refused as error:
        return visit.refused(error, lambda p: _one(visit, letter, p))


def _sent(visit: Visit, name: str) -> str:
    if not visit.me.address:
        raise Refused.because(
            "you have no mail address; write one on the page People",
            "bạn chưa có địa chỉ thư; hãy ghi ở trang Người dùng",
        )
    sample = _letter(visit, name, _lang(visit)).message
    subject = ("[Thử] " if _lang(visit) == "vi" else "[Sample] ") + sample.subject
    mail = replace(sample, to=visit.me.address, to_name=visit.me.name, subject=subject, references=())
    try:
        answer = send_sample(visit.place, mail)
    except ChannelError as error:
        raise Refused([Problem(problem, problem) for problem in error.problems]) from error
    with unit_of_work(visit.url) as session:
        _tell(session, visit, name, answer.status, answer.code)
    if answer.status is not Status.ACCEPTED:
        raise Refused.because(
            f"the channel did not take it: {answer.code or ''} {answer.answer}",
            f"kênh gửi không nhận: {answer.code or ''} {answer.answer}",
        )
    return f"{visit.me.address}: {answer.code or ''} {answer.answer}".strip()


def _tell(session: Session, visit: Visit, name: str, status: Status, code: int | None) -> None:
    ledger.record(
        session,
        visit.at,
        visit.actor,
        "letter.tried",
        f"person:{visit.me.id}",
        letter=name,
        status=status,
        code=code,
    )
