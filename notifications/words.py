"""Small phrases that every template shares: dates, days left, states, in Vietnamese and English.

Whole sentences stand in the templates; here is only what is counted, dated or named.
"""

from datetime import date, time
from typing import Any

from notifications.messages import DigestMail, Lang, MorningMail, TaskLine
from plan.kinds import NoticeKind
from plan.lifecycle import TimeState, WorkState

_WEEKDAYS: dict[Lang, tuple[str, ...]] = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip

WORK_STATES: dict[Lang, dict[WorkState, str]] = {
    "vi": {
        WorkState.ASSIGNED: "Chưa tiếp nhận",
        WorkState.RECEIVED: "Đang thực hiện",
        WorkState.SUBMITTED: "Chờ nghiệm thu",
        WorkState.COMPLETED: "Đã hoàn thành",
        WorkState.SUSPENDED: "Tạm dừng",
        WorkState.CANCELLED: "Đã hủy",
        WorkState.REPLACED: "Đã thay thế",
    },
    "en": {
        WorkState.ASSIGNED: "Not yet received",
        WorkState.RECEIVED: "In progress",
        WorkState.SUBMITTED: "Waiting for review",
        WorkState.COMPLETED: "Completed",
        WorkState.SUSPENDED: "Suspended",
        WorkState.CANCELLED: "Cancelled",
        WorkState.REPLACED: "Replaced",
    },
}

LABELS: dict[Lang, dict[str, str]] = {
    "vi": {
        "plan": "Văn bản",
        "item": "mục",
        "unit": "Đơn vị",
        "due": "Thời hạn",
        "state": "Tình trạng",
        "undated": "chưa có thời hạn",
        "original": "thời hạn ban đầu",
        "reason": "Lý do",
        "comment": "Ý kiến",
        "dear": "Kính gửi",
        "open": "Xem và trả lời",
        "copy": "Nếu nút không mở được, đề nghị sao chép địa chỉ này vào trình duyệt:",
        "why": "Vì sao có thư này",
        "automatic": "Thư gửi tự động từ hệ thống Đôn Đốc, thay mặt",
        "contact": "Liên hệ",
        "noticed": "Nhắc việc hôm nay",
        "history": "Các lần nhắc đã được gửi đến",
        "overdue": "Quá hạn",
        "due_today": "Đến hạn hôm nay",
        "due_soon": "Sắp đến hạn",
        "new": "Mới giao",
        "returned": "Cần bổ sung",
        "waiting_for_review": "Chờ nghiệm thu",
        "other": "Đang theo dõi",
        "answer_all": "Trả lời các nhiệm vụ",
        "nothing": "không có nhiệm vụ nào đang mở",
        "owed": "phải gửi",
        "sent": "đã gửi",
        "not_delivered": "không gửi được",
        "unreachable": "Không có người nhận",
        "late": "Quá hạn",
        "stopped": "TẠM DỪNG GỬI",
        "console": "Mở bảng theo dõi",
        "tasks": "nhiệm vụ",
        "task": "nhiệm vụ",
    },
    "en": {
        "plan": "Document",
        "item": "item",
        "unit": "Unit",
        "due": "Deadline",
        "state": "Status",
        "undated": "no deadline yet",
        "original": "first deadline",
        "reason": "Reason",
        "comment": "Comment",
        "dear": "To",
        "open": "View and answer",
        "copy": "If the button does not open, copy this address into your browser:",
        "why": "Why you receive this",
        "automatic": "Sent automatically by Đôn Đốc on behalf of",
        "contact": "Contact",
        "noticed": "Reminder today",
        "history": "Notices delivered so far",
        "overdue": "Overdue",
        "due_today": "Due today",
        "due_soon": "Due soon",
        "new": "New",
        "returned": "To be completed",
        "waiting_for_review": "Waiting for review",
        "other": "In progress",
        "answer_all": "Answer these tasks",
        "nothing": "no open tasks",
        "owed": "owed",
        "sent": "sent",
        "not_delivered": "not delivered",
        "unreachable": "Nobody to receive",
        "late": "Overdue",
        "stopped": "SENDING STOPPED",
        "console": "Open the console",
        "tasks": "tasks",
        "task": "task",
    },
}

KINDS: dict[Lang, dict[NoticeKind, str]] = {
    "vi": {
        NoticeKind.REMINDER: "Nhắc trước hạn",
        NoticeKind.LAST_DAY: "Nhắc ngày cuối",
        NoticeKind.OVERDUE: "Báo quá hạn",
        NoticeKind.ESCALATION: "Báo cáo cấp trên",
        NoticeKind.REVIEW: "Rà soát nhiệm vụ chưa có thời hạn",
        NoticeKind.ASSIGNED: "Giao nhiệm vụ",
        NoticeKind.SUBMITTED: "Kết quả chờ nghiệm thu",
        NoticeKind.RETURNED: "Đề nghị bổ sung",
        NoticeKind.ACCEPTED: "Nghiệm thu",
        NoticeKind.REOPENED: "Mở lại nhiệm vụ",
        NoticeKind.EXTENSION_ASKED: "Đề nghị gia hạn",
        NoticeKind.EXTENSION_DECISION: "Trả lời gia hạn",
        NoticeKind.DISPUTED: "Đơn vị đề nghị xem lại việc giao",
        NoticeKind.REASSIGNED: "Chuyển đơn vị",
        NoticeKind.SUSPENDED: "Tạm dừng",
        NoticeKind.RESUMED: "Tiếp tục",
        NoticeKind.CANCELLED: "Hủy nhiệm vụ",
        NoticeKind.SUPERSEDED: "Thay thế nhiệm vụ",
    },
    "en": {
        NoticeKind.REMINDER: "Reminder",
        NoticeKind.LAST_DAY: "Last-day reminder",
        NoticeKind.OVERDUE: "Overdue notice",
        NoticeKind.ESCALATION: "Escalation",
        NoticeKind.REVIEW: "Review of an undated task",
        NoticeKind.ASSIGNED: "Assignment",
        NoticeKind.SUBMITTED: "Result to review",
        NoticeKind.RETURNED: "Returned",
        NoticeKind.ACCEPTED: "Accepted",
        NoticeKind.REOPENED: "Reopened",
        NoticeKind.EXTENSION_ASKED: "Extension asked for",
        NoticeKind.EXTENSION_DECISION: "Answer about an extension",
        NoticeKind.DISPUTED: "Assignment disputed",
        NoticeKind.REASSIGNED: "Reassigned",
        NoticeKind.SUSPENDED: "Suspended",
        NoticeKind.RESUMED: "Resumed",
        NoticeKind.CANCELLED: "Cancelled",
        NoticeKind.SUPERSEDED: "Superseded",
    },
}

_CLOSED = (
    NoticeKind.ACCEPTED, NoticeKind.EXTENSION_DECISION, NoticeKind.REASSIGNED, NoticeKind.SUSPENDED,
    NoticeKind.CANCELLED, NoticeKind.SUPERSEDED,
)  # fmt: skip
"""Kinds that only tell: nothing is asked of the reader."""
BUTTONS: dict[Lang, dict[NoticeKind, str]] = {
    "vi": {
        NoticeKind.REMINDER: "Nộp kết quả hoặc đề nghị gia hạn",
        NoticeKind.LAST_DAY: "Nộp kết quả",
        NoticeKind.OVERDUE: "Nộp kết quả hoặc báo cáo lý do",
        NoticeKind.ASSIGNED: "Xác nhận tiếp nhận",
        NoticeKind.SUBMITTED: "Xem và nghiệm thu",
        NoticeKind.RETURNED: "Bổ sung kết quả",
        NoticeKind.REOPENED: "Bổ sung kết quả",
        NoticeKind.EXTENSION_ASKED: "Xem và trả lời đề nghị",
        NoticeKind.DISPUTED: "Xem và trả lời đơn vị",
        **dict.fromkeys(_CLOSED, "Xem nhiệm vụ"),
    },
    "en": {
        NoticeKind.REMINDER: "Hand in the result or ask for more time",
        NoticeKind.LAST_DAY: "Hand in the result",
        NoticeKind.OVERDUE: "Hand in the result or give the reason",
        NoticeKind.ASSIGNED: "Confirm receipt",
        NoticeKind.SUBMITTED: "Review the result",
        NoticeKind.RETURNED: "Complete the result",
        NoticeKind.REOPENED: "Complete the result",
        NoticeKind.EXTENSION_ASKED: "Review the request",
        NoticeKind.DISPUTED: "Answer the unit",
        **dict.fromkeys(_CLOSED, "View the task"),
    },
}
OUTCOMES: dict[Lang, dict[str, str]] = {
    "vi": {
        "failed": "không gửi được",
        "bounced": "bị trả về",
        "retrying": "sẽ gửi lại",
        "set-aside": "đã gác lại vì làm hỏng việc gửi",
    },
    "en": {
        "failed": "refused",
        "bounced": "came back",
        "retrying": "tried again later",
        "set-aside": "set aside: it broke its sender",
    },
}
INK = {"late": "#9b1c1c", "today": "#874400", "soon": "#1f4e79", "calm": "#3b4a59", "done": "#1b5e3b"}
WASH = {"late": "#fcf1f0", "today": "#fff5e4", "soon": "#eff5fa", "calm": "#f4f6f7", "done": "#eef7f1"}
"""Text and background colours by tone; each pair has a contrast of 7 to 1 or more."""
SECTION_MOODS = {
    "overdue": "late",
    "due_today": "today",
    "returned": "today",
    "due_soon": "soon",
    "new": "soon",
    "waiting_for_review": "calm",
    "other": "calm",
}
"""The tone of each section of a digest."""
STYLE: dict[str, Any] = {
    "ink": INK,
    "wash": WASH,
    "moods": SECTION_MOODS,
    "sans": "font-family:'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif",
    "serif": "font-family:Georgia,'Times New Roman',serif",
}
"""What every HTML template may use for its inline styles."""
_COUNTING = frozenset(
    {NoticeKind.REMINDER, NoticeKind.LAST_DAY, NoticeKind.OVERDUE, NoticeKind.ESCALATION, NoticeKind.ASSIGNED,
     NoticeKind.RETURNED, NoticeKind.REOPENED, NoticeKind.RESUMED, NoticeKind.EXTENSION_DECISION,
     NoticeKind.EXTENSION_ASKED}
)  # fmt: skip
_COMMENTED = frozenset(
    {NoticeKind.RETURNED, NoticeKind.ACCEPTED, NoticeKind.SUBMITTED, NoticeKind.EXTENSION_DECISION}
)


class Words:
    """The phrases of one language, as templates call them."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self.labels = LABELS[lang]

    def __getitem__(self, name: str) -> str:
        return self.labels[name]

    def short_day(self, day: date) -> str:
        """20/11/2026, or 20 Nov 2026."""
        if self.lang == "vi":
            return f"{day:%d/%m/%Y}"
        return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"

    def long_day(self, day: date) -> str:
        """thứ Sáu, ngày 20/11/2026, or Friday 20 November 2026."""
        weekday = _WEEKDAYS[self.lang][day.weekday()]
        if self.lang == "vi":
            return f"{weekday}, ngày {self.short_day(day)}"
        return f"{weekday} {day.day} {_MONTHS[day.month - 1]} {day.year}"

    def hour(self, value: time) -> str:
        """17 giờ 00, or 17:00."""
        return f"{value.hour} giờ {value.minute:02d}" if self.lang == "vi" else f"{value:%H:%M}"

    def due(self, task: TaskLine) -> str:
        """The deadline with its weekday and hour, or that there is none."""
        if task.due_on is None:
            return self["undated"]
        day = self.long_day(task.due_on)
        if task.due_time is None:
            return day
        hour = self.hour(task.due_time)
        return f"{hour}, {day}" if self.lang == "vi" else f"{hour} on {day}"

    def short_due(self, task: TaskLine) -> str:
        """The deadline without its weekday, for lists and subjects."""
        if task.due_on is None:
            return self["undated"]
        day = self.short_day(task.due_on)
        if task.due_time is None:
            return day
        return (
            f"{self.hour(task.due_time)} ngày {day}"
            if self.lang == "vi"
            else f"{task.due_time:%H:%M} on {day}"
        )

    def left(self, task: TaskLine) -> str:
        """còn 7 ngày, hết hạn hôm nay, quá hạn 3 ngày, chưa có thời hạn."""
        if task.days_left is None or task.due_on is None:
            return self["undated"]
        return (
            self._left_vi(task, task.days_left) if self.lang == "vi" else self._left_en(task, task.days_left)
        )

    def _left_vi(self, task: TaskLine, days: int) -> str:
        if days < 0:
            return f"quá hạn {-days} ngày"
        if days > 0:
            return f"còn {days} ngày"
        return "đã quá giờ hết hạn hôm nay" if task.time_state is TimeState.OVERDUE else "hết hạn hôm nay"

    def _left_en(self, task: TaskLine, days: int) -> str:
        if days:
            count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
            return f"{count} overdue" if days < 0 else f"{count} left"
        return "past today's hour" if task.time_state is TimeState.OVERDUE else "due today"

    def state(self, task: TaskLine) -> str:
        """What has been done about it."""
        return WORK_STATES[self.lang][task.work_state]

    def kind(self, kind: NoticeKind) -> str:
        """A notice's kind by name."""
        return KINDS[self.lang][kind]

    def outcome(self, outcome: str) -> str:
        """How a delivery ended that did not get through."""
        return OUTCOMES[self.lang][outcome]

    def button(self, kind: NoticeKind) -> str:
        """What the link of a notice does."""
        return BUTTONS[self.lang].get(kind, self["open"])

    def reason_label(self, kind: NoticeKind) -> str:
        """What a person's words are called beside a notice of this kind."""
        return self["comment" if kind in _COMMENTED else "reason"]

    def counts(self, kind: NoticeKind) -> bool:
        """Whether the days left matter in a notice of this kind."""
        return kind in _COUNTING

    def mood(self, kind: NoticeKind, task: TaskLine) -> str:
        """The tone of a whole notice."""
        if kind in (NoticeKind.REMINDER, NoticeKind.LAST_DAY, NoticeKind.OVERDUE, NoticeKind.ESCALATION):
            return tone(task)
        if kind is NoticeKind.ACCEPTED:
            return "done"
        return "today" if kind in (NoticeKind.RETURNED, NoticeKind.REOPENED) else "calm"

    def times(self, number: int) -> str:
        """3 lần, or 3 times."""
        return f"{number} lần" if self.lang == "vi" else ("once" if number == 1 else f"{number} times")

    def day_summary(self, mail: DigestMail) -> str:
        """quá hạn 2, đến hạn hôm nay 1, sắp đến hạn 5."""
        counts = [f"{self[name].lower()} {len(lines)}" for name, lines in mail.sections]
        return ", ".join(counts) or self["nothing"]

    def morning_summary(self, mail: MorningMail) -> str:
        """phải gửi 128, đã gửi 127, không gửi được 1."""
        counts = (("owed", mail.owed), ("sent", mail.sent), ("not_delivered", len(mail.not_delivered)))
        return ", ".join(f"{self[name]} {count}" for name, count in counts)

    def tasks(self, number: int) -> str:
        """5 nhiệm vụ, or 5 tasks."""
        return f"{number} {self['task'] if number == 1 else self['tasks']}"

    def ref(self, task: TaskLine) -> str:
        """92/KH-UBND, mục II.3.1."""
        return f"{task.plan_number}, {self['item']} {task.item_code}"


def first_upper(text: str) -> str:
    """`text` with its first letter raised and the rest as it was."""
    return text[:1].upper() + text[1:]


def shorten(text: str, most: int) -> str:
    """`text` on one line in at most `most` characters, cut between words."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat[: most - 1]
    return cut[: cut.rfind(" ")].rstrip(" ,;:–-") + "…" if " " in cut else cut + "…"


def tone(task: TaskLine) -> str:
    """late, today, soon or calm: which colour goes beside the words."""
    if task.days_left is None or task.work_state not in (WorkState.ASSIGNED, WorkState.RECEIVED):
        return "calm"
    if task.days_left < 0 or task.time_state is TimeState.OVERDUE:
        return "late"
    if task.days_left == 0:
        return "today"
    return "soon" if task.days_left <= 7 else "calm"


FILTERS: dict[str, Any] = {"first_upper": first_upper, "shorten": shorten, "tone": tone}
"""What templates may call on values."""
