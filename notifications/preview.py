"""Every letter with sample values: what the console shows, and what wording is tried on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from notifications.messages import (
    Delivered,
    DigestMail,
    Message,
    MorningMail,
    NotDelivered,
    NoticeKind,
    NoticeMail,
    TaskLine,
)
from notifications.render import Renderer
from plan.clock import local_day
from plan.lifecycle import TimeState, WorkState

_TEXTS = (
    "Tổ chức hội nghị giao ban công tác thông tin đối ngoại với các cơ quan báo chí trên địa bàn",
    "Xây dựng chuyên mục giới thiệu tiềm năng, thế mạnh và môi trường đầu tư của tỉnh bằng tiếng Anh",
    "Tập huấn kỹ năng phát ngôn và cung cấp thông tin cho báo chí đối với cán bộ đầu mối của các sở, ban, ngành",
    "Rà soát, cập nhật bộ tài liệu giới thiệu di sản văn hóa phục vụ các đoàn khách quốc tế",
    "Báo cáo kết quả công tác thông tin đối ngoại quý III",
    "Phối hợp tổ chức gian hàng tại hội chợ xúc tiến thương mại và du lịch",
)
_UNITS = ("Sở Văn hóa và Thể thao", "Sở Công Thương", "Sở Ngoại vụ")
_REASONS = {
    NoticeKind.RETURNED: "Báo cáo chưa có số liệu của Quý III và chưa có chữ ký của lãnh đạo Sở.",
    NoticeKind.REOPENED: "Nghiệm thu nhầm: tệp gửi kèm là báo cáo của năm trước.",
    NoticeKind.EXTENSION_ASKED: "Đoàn công tác của Bộ dời lịch làm việc sang giữa tháng 12.",
    NoticeKind.EXTENSION_DECISION: "Đề nghị báo cáo tiến độ vào ngày 15 hằng tháng.",
    NoticeKind.DISPUTED: "Nội dung này thuộc chức năng của Sở Công Thương theo Quyết định 45/QĐ-UBND.",
    NoticeKind.REASSIGNED: "Theo ý kiến chỉ đạo tại Thông báo 210/TB-VP.",
    NoticeKind.SUSPENDED: "Chờ Trung ương ban hành hướng dẫn.",
    NoticeKind.CANCELLED: "Nội dung đã được thực hiện trong kế hoạch khác.",
    NoticeKind.SUPERSEDED: "Kế hoạch 140/KH-UBND sửa đổi, bổ sung Kế hoạch 118/KH-UBND.",
}


def sample_task(day: date, days_left: int | None = 7, number: int = 0) -> TaskLine:
    """One assignment, due `days_left` days after `day` (None: undated); `number` varies its words."""
    due = None if days_left is None else day + timedelta(days_left)
    states = (
        (-1, TimeState.OVERDUE),
        (0, TimeState.DUE_TODAY),
        (7, TimeState.DUE_SOON),
        (10**6, TimeState.ON_TRACK),
    )
    state = TimeState.UNDATED if days_left is None else next(s for most, s in states if days_left <= most)
    return TaskLine(
        assignment_id=451 + number,
        plan_number="118/KH-UBND",
        item_code=f"II.{number % 5 + 1}.{number + 1}",
        item_text=_TEXTS[number % len(_TEXTS)],
        unit_name=_UNITS[0],
        due_on=due,
        due_time=time(17, 0) if due and number == 4 else None,
        original_due_on=due - timedelta(10) if due and number == 1 else due,
        days_left=days_left,
        time_state=state,
        work_state=WorkState.RECEIVED if number % 3 else WorkState.ASSIGNED,
        link=f"https://dondoc.tinh.example.vn/a/eyJwIjoiYW5zd2VyIiwicyI6WzQ1M{number}0sInIiOiJjb250YWN0OjEyIn0.x7Qk2vN0s1p",
        why="nhắc trước hạn 7 ngày" if days_left == 7 else None,
    )


def sample_notice(kind: NoticeKind, day: date) -> NoticeMail:
    """A notice of `kind` as a province would send it on `day`."""
    left = {
        NoticeKind.LAST_DAY: 0,
        NoticeKind.OVERDUE: -3,
        NoticeKind.ESCALATION: -12,
        NoticeKind.REVIEW: None,
    }
    task = sample_task(day, left.get(kind, 7))
    decided = kind not in (NoticeKind.REMINDER, NoticeKind.LAST_DAY, NoticeKind.OVERDUE, NoticeKind.ESCALATION,
                           NoticeKind.REVIEW, NoticeKind.ASSIGNED)  # fmt: skip
    states = {
        NoticeKind.SUBMITTED: WorkState.SUBMITTED,
        NoticeKind.RETURNED: WorkState.RECEIVED,
        NoticeKind.REOPENED: WorkState.RECEIVED,
        NoticeKind.EXTENSION_ASKED: WorkState.RECEIVED,
        NoticeKind.EXTENSION_DECISION: WorkState.RECEIVED,
        NoticeKind.ACCEPTED: WorkState.COMPLETED,
        NoticeKind.SUSPENDED: WorkState.SUSPENDED,
        NoticeKind.CANCELLED: WorkState.CANCELLED,
        NoticeKind.REASSIGNED: WorkState.REPLACED,
        NoticeKind.SUPERSEDED: WorkState.REPLACED,
    }
    if kind is NoticeKind.EXTENSION_DECISION and task.due_on:
        task = replace(task, original_due_on=task.due_on - timedelta(14))
    told = ((-5, NoticeKind.REMINDER), (0, NoticeKind.LAST_DAY), (3, NoticeKind.OVERDUE))
    history = tuple(
        Delivered(
            day=day - timedelta(12) + timedelta(after), kind=what, recipient="vanthu.sovhtt@tinh.example.vn"
        )
        for after, what in told
    )
    return NoticeMail(
        notice_key=f"sample-{kind}",
        rung="T-7",
        kind=kind,
        task=replace(task, work_state=states.get(kind, task.work_state)),
        mailbox="vanthu.sovhtt@tinh.example.vn",
        recipient_name=_reader(kind),
        history=history if kind is NoticeKind.ESCALATION else (),
        reason=_REASONS.get(kind),
        by="Trần Văn Hòa"
        if kind is NoticeKind.SUBMITTED
        else "Nguyễn Thị Minh, Văn phòng UBND tỉnh"
        if decided
        else None,
        asked_due_on=day + timedelta(21) if "extension" in kind else None,
        granted=True if kind is NoticeKind.EXTENSION_DECISION else None,
        to_unit=_UNITS[1] if kind is NoticeKind.REASSIGNED else None,
    )


def _reader(kind: NoticeKind) -> str:
    if kind is NoticeKind.ESCALATION:
        return "Đồng chí Phó Chủ tịch phụ trách"
    if kind in (NoticeKind.SUBMITTED, NoticeKind.EXTENSION_ASKED, NoticeKind.DISPUTED):
        return "Nguyễn Thị Minh, Văn phòng UBND tỉnh"
    return _UNITS[0]


def sample_digest(day: date, *, most: int = 6) -> DigestMail:
    """A mailbox's day with lines in every section."""
    lines = [sample_task(day, left, number) for number, left in enumerate((-12, -3, 0, 2, 5, 40)[:most])]
    by_left = {line.days_left: line for line in lines}

    def pick(*lefts: int) -> tuple[TaskLine, ...]:
        return tuple(by_left[left] for left in lefts if left in by_left)

    return DigestMail(
        mailbox="vanthu.sovhtt@tinh.example.vn",
        recipient_name=_UNITS[0],
        day=day,
        overdue=pick(-12, -3),
        due_today=pick(0),
        due_soon=pick(2, 5),
        new=pick(40),
        returned=(replace(sample_task(day, 9, 8), work_state=WorkState.RECEIVED),),
        noticed=frozenset({451, 453}),
        answer_link="https://dondoc.tinh.example.vn/a/eyJwIjoiYW5zd2VyIiwicyI6WzQ1MSw0NTIsNDUzXX0.v81ZkQm3Wq0",
    )


def sample_morning(day: date) -> MorningMail:
    """A coordinator's morning on which one mail did not arrive."""
    return MorningMail(
        mailbox="vpub@tinh.example.vn",
        recipient_name="Nguyễn Thị Minh, Văn phòng UBND tỉnh",
        day=day,
        owed=128,
        sent=127,
        not_delivered=(
            NotDelivered(unit_name=_UNITS[2], recipient="songoaivu@tinh.example.vn", plan_number="118/KH-UBND",
                         item_code="II.4.2", outcome="bounced", answer="550 5.1.1 mailbox does not exist"),
        ),
        unreachable=(replace(sample_task(day, 20, 3), unit_name="UBND xã Bình Minh"),),
        late=tuple(replace(sample_task(day, -3 * n - 3, n), unit_name=unit) for n, unit in enumerate(_UNITS)),
        waiting_for_review=4,
        extensions_asked=2,
        ledger_seq=48213,
        ledger_hash="9f2c51d07ae4b3c86f10d9e27b5a41c3e8f6075d2b94ac1e3f7d6058b2c9e4a1",
        console_link="https://dondoc.tinh.example.vn/",
    )  # fmt: skip


def samples(letter: str, day: date) -> list[NoticeMail | DigestMail | MorningMail]:
    """What may have to be said by a letter: the usual, and the cases at the edge."""
    if letter == "digest":
        whole = sample_digest(day)
        return [whole, DigestMail(mailbox=whole.mailbox, recipient_name=whole.recipient_name, day=day)]
    if letter == "morning":
        return [
            sample_morning(day),
            replace(sample_morning(day), sending_stopped=True, not_delivered=(), late=()),
        ]
    usual = sample_notice(NoticeKind(letter), day)
    bare = replace(usual, history=(), reason=None, by=None, asked_due_on=None, granted=False, to_unit=None)
    return [usual, *(replace(bare, task=sample_task(day, left)) for left in (None, -3, 0, 2))]


LETTERS = ("digest", "morning", *(kind.value for kind in NoticeKind))
"""Every letter by name."""


def preview_of(renderer: Renderer, letter: str, at: datetime) -> Message:
    """One letter with sample values, as it would look at the moment `at`."""
    mail = samples(letter, local_day(at))[0]
    match mail:
        case DigestMail():
            return renderer.digest(mail, at=at)
        case MorningMail():
            return renderer.morning(mail, at=at)
        case NoticeMail():
            return renderer.notice(mail, at=at)


def previews(renderer: Renderer, at: datetime) -> Iterator[tuple[str, Message]]:
    """Name and message for every letter, as they would look at the moment `at`."""
    for letter in LETTERS:
        yield letter, preview_of(renderer, letter, at)
