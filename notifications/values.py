"""What the wording of a letter may name: plain words and numbers by name, each explained for whoever edits it."""

from collections.abc import Mapping

from notifications.messages import DigestMail, MorningMail, NoticeMail
from notifications.words import Words, shorten
from plan.kinds import NoticeKind

Values = Mapping[str, str | int | bool]
"""What one letter says, by name; "" where there is nothing to say."""

_EVERY: dict[str, tuple[str, str]] = {
    "recipient": ("tên người nhận", "whom it goes to"),
    "office": ("tên cơ quan gửi", "the office that sends it"),
    "contact": ("nơi liên hệ khi cần hỏi", "where to ask"),
}
_TASK: dict[str, tuple[str, str]] = {
    "ref": ("số văn bản và mục", "plan and item"),
    "plan": ("số văn bản", "the plan's number"),
    "item": ("số mục", "the item's number"),
    "task": ("nội dung nhiệm vụ, nguyên văn", "the task's own words"),
    "task_short": ("nội dung nhiệm vụ, cắt còn 80 chữ cái", "the task's words, 80 letters of them"),
    "unit": ("đơn vị chủ trì", "the unit that has it"),
    "due": ("thời hạn, cả thứ và giờ", "the deadline with weekday and hour"),
    "due_short": ("thời hạn, viết gọn", "the deadline in short"),
    "first_due": (
        "thời hạn ban đầu, trống nếu chưa gia hạn",
        "the first deadline, empty if it was never moved",
    ),
    "left": ("còn bao nhiêu ngày, hay quá hạn bao nhiêu", "days left or overdue"),
    "dated": ("có thời hạn hay không (dùng với if)", "whether there is a deadline (for if)"),
    "today": ("hạn là hôm nay hay không (dùng với if)", "whether it is due today (for if)"),
    "state": ("tình trạng", "how it stands"),
}
_BY = {"by": ("người quyết định, có thể trống", "who decided, may be empty")}
_REASON = {"reason": ("lý do hoặc ý kiến đã ghi, có thể trống", "the reason that was given, may be empty")}
_ASKED = {
    "asked": ("ngày đơn vị xin gia hạn đến, có thể trống", "the day asked for, may be empty"),
    "asked_short": ("ngày xin gia hạn, viết gọn", "the day asked for, in short"),
}
_DECIDED = {**_BY, **_REASON}
_OWN: dict[NoticeKind, dict[str, tuple[str, str]]] = {
    NoticeKind.ESCALATION: {"told": ("đã được nhắc mấy lần, trống nếu chưa", "how often it was told, or empty")},
    NoticeKind.EXTENSION_ASKED: {**_ASKED, **_REASON},
    NoticeKind.EXTENSION_DECISION: {
        "granted": ("đồng ý hay không (dùng với if)", "whether it is granted (for if)"), **_ASKED, **_DECIDED
    },
    NoticeKind.REASSIGNED: {"to_unit": ("đơn vị chủ trì mới, có thể trống", "the new unit, may be empty"), **_DECIDED},
    **dict.fromkeys((
        NoticeKind.SUBMITTED, NoticeKind.RETURNED, NoticeKind.ACCEPTED, NoticeKind.REOPENED, NoticeKind.DISPUTED,
        NoticeKind.SUSPENDED, NoticeKind.RESUMED, NoticeKind.CANCELLED, NoticeKind.SUPERSEDED,
    ), _DECIDED),
}  # fmt: skip
_DIGEST: dict[str, tuple[str, str]] = {
    "summary": ("đếm theo nhóm: quá hạn, đến hạn …", "how many of each group"),
    "tasks": ("số nhiệm vụ đang mở, bằng chữ", "how many tasks are open, in words"),
    "noticed": ("số nhiệm vụ được nhắc hôm nay", "how many are reminded of today"),
    "noticed_tasks": ("số đó bằng chữ", "the same in words"),
    "mark": ("chữ đánh dấu việc được nhắc", "the words that mark them"),
    "first_ref": ("nhiệm vụ đứng đầu, trống nếu không có", "the first task, empty if there is none"),
    "others": ("còn mấy nhiệm vụ khác", "how many others"),
    "day": ("ngày gửi", "the day of sending"),
}
_MORNING: dict[str, tuple[str, str]] = {
    "summary": ("phải gửi, đã gửi, không gửi được", "owed, sent, not delivered"),
    "day": ("ngày gửi", "the day of sending"),
    "stopped": ("chữ báo đang dừng gửi, trống nếu không dừng", "that sending is stopped, else empty"),
    "to_review": ("số kết quả chờ nghiệm thu", "how many wait for review"),
    "extensions": ("số đề nghị gia hạn chờ trả lời", "how many requests wait"),
    "late": ("số nhiệm vụ quá hạn", "how many are overdue"),
    "unreachable": ("số nhiệm vụ không có người nhận thư", "of how many nobody can be told"),
}


def names(letter: str) -> dict[str, tuple[str, str]]:
    """What the wording of this letter may name, each with its meaning in Vietnamese and English."""
    match letter:
        case "digest":
            return {**_DIGEST, **_EVERY}
        case "morning":
            return {**_MORNING, **_EVERY}
        case _:
            return {**_TASK, **_OWN.get(NoticeKind(letter), {}), **_EVERY}


def values(
    mail: NoticeMail | DigestMail | MorningMail, say: Words, office: str, contact: str | None
) -> Values:
    """What the wording of this mail may say, in the language of `say` and the name of `office`."""
    match mail:
        case DigestMail():
            own = _of_digest(mail, say)
        case MorningMail():
            own = _of_morning(mail, say)
        case NoticeMail():
            own = _of_notice(mail, say)
    return {**own, "recipient": mail.recipient_name, "office": office, "contact": contact or ""}


def _of_notice(mail: NoticeMail, say: Words) -> Values:
    task = mail.task
    return {
        "ref": say.ref(task), "plan": task.plan_number, "item": task.item_code, "task": task.item_text,
        "task_short": shorten(task.item_text, 80), "unit": task.unit_name, "due": say.due(task),
        "due_short": say.short_due(task), "left": say.left(task), "dated": task.due_on is not None,
        "first_due": say.short_day(task.original_due_on) if task.extended and task.original_due_on else "",
        "today": task.days_left == 0, "state": say.state(task),
        "by": mail.by or "", "reason": mail.reason or "", "to_unit": mail.to_unit or "", "granted": bool(mail.granted),
        "asked": say.long_day(mail.asked_due_on) if mail.asked_due_on else "",
        "asked_short": say.short_day(mail.asked_due_on) if mail.asked_due_on else "",
        "told": say.times(len(mail.history)) if mail.history else "",
    }  # fmt: skip


def _of_digest(mail: DigestMail, say: Words) -> Values:
    lines = mail.lines
    return {
        "summary": say.day_summary(mail), "tasks": say.tasks(len(lines)), "noticed": len(mail.noticed),
        "noticed_tasks": say.tasks(len(mail.noticed)), "mark": say["noticed"], "day": say.short_day(mail.day),
        "first_ref": say.ref(lines[0]) if lines else "", "others": max(len(lines) - 1, 0),
    }  # fmt: skip


def _of_morning(mail: MorningMail, say: Words) -> Values:
    return {
        "summary": say.morning_summary(mail), "day": say.short_day(mail.day),
        "stopped": say["stopped"] if mail.sending_stopped else "", "to_review": mail.waiting_for_review,
        "extensions": mail.extensions_asked, "late": len(mail.late), "unreachable": len(mail.unreachable),
    }  # fmt: skip
