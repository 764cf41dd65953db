"""What each letter is, who gets it, and what its parts are called; and which words somebody has typed for them."""

from collections.abc import Mapping

from actions.errors import Refused
from notifications.messages import Lang
from notifications.preview import samples
from notifications.render import Renderer
from notifications.values import values
from notifications.wording import own
from notifications.wording_check import flaws
from notifications.words import Words
from plan.clock import local_day
from plan.kinds import NoticeKind
from web.forms import FieldProblem
from web.visit import Visit

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
PARTS: Mapping[str, tuple[str, str]] = {
    "subject": ("Tiêu đề thư", "Subject"),
    "stopped": ("Lời báo khi đang dừng gửi", "While sending is stopped"),
    "headline": ("Dòng đầu thư", "Headline"),
    "intro": ("Lời mở đầu", "Opening"),
    "waiting": ("Lời về việc đang chờ", "What waits"),
    "todo": ("Lời đề nghị", "What is asked"),
    "note": ("Ghi chú cuối thư", "Note at the end"),
    "head": ("Lời về dấu nhật ký", "About the ledger's head"),
}
"""The parts of letters that are words, by the name in the wording."""


def examples(letter: str, make: Renderer, visit: Visit) -> dict[str, str]:
    """What each variable would say in the first sample of this letter."""
    mail, office = samples(letter, local_day(visit.at))[0], make.office
    found = values(mail, Words(make.lang), office.name, office.contact)
    yes, no = ("có", "không") if visit.lang == "vi" else ("yes", "no")
    return {k: (yes if v else no) if isinstance(v, bool) else str(v) for k, v in found.items()}


def typed_parts(visit: Visit, letter: str, make: Renderer) -> dict[str, str]:
    """The parts that were typed and differ from the program's own; raises :class:`Refused` with every flaw at once."""
    ours = own(make.lang)[letter]
    typed = {name: visit.form.text(f"part-{name}") for name in ours}
    office, words = make.office, Words(make.lang)
    tries = [
        values(mail, words, office.name, office.contact) for mail in samples(letter, local_day(visit.at))
    ]
    problems = [
        FieldProblem(
            _place(f.part, f.line, "en") + f.en, _place(f.part, f.line, "vi") + f.vi, f"part-{f.part}"
        )
        for f in flaws(letter, make.lang, typed, tries)
    ]
    if problems:
        raise Refused(problems)
    return {name: words for name, words in typed.items() if words != ours[name]}


def _place(part: str, line: int, lang: Lang) -> str:
    name, word = PARTS[part][lang == "en"], "dòng" if lang == "vi" else "line"
    return f"{name}, {word} {line}: " if line else f"{name}: "
