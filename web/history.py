"""The life of one assignment as a timeline in words: what people did, what was sent and what the engine ran."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from actions import calls
from models.cycles import Assignment, AssignmentMove
from models.engine import EngineRun
from models.notices import Attempt, Digest, Notice, NoticeState
from notifications.messages import NoticeKind as MailKind
from notifications.words import KINDS
from plan.lifecycle import Event
from web.naming import Names
from web.pages import Phrases

EVENTS: dict[Event, tuple[str, str]] = {
    Event.RECEIVE: ("Tiếp nhận", "Received"),
    Event.SUBMIT: ("Nộp kết quả", "Handed in"),
    Event.RETURN: ("Trả lại", "Returned"),
    Event.ACCEPT: ("Nghiệm thu", "Accepted"),
    Event.REOPEN: ("Mở lại", "Reopened"),
    Event.SUSPEND: ("Tạm dừng", "Suspended"),
    Event.RESUME: ("Tiếp tục", "Resumed"),
    Event.CANCEL: ("Hủy", "Cancelled"),
    Event.REPLACE: ("Thay thế", "Replaced"),
}
NOTICE_STATES: dict[NoticeState, tuple[str, str]] = {
    NoticeState.OWED: ("chờ gửi", "waiting"),
    NoticeState.SENDING: ("đang gửi", "being sent"),
    NoticeState.RETRYING: ("sẽ gửi lại", "to be tried again"),
    NoticeState.ACCEPTED: ("đã gửi", "sent"),
    NoticeState.FAILED: ("không gửi được", "failed"),
    NoticeState.BOUNCED: ("bị trả về", "bounced"),
    NoticeState.VOID: ("không còn phải gửi", "no longer owed"),
    NoticeState.SUPPRESSED: ("bỏ khi đang dừng gửi", "dropped while sending was stopped"),
    NoticeState.UNREACHABLE: ("không có người nhận", "nobody can receive it"),
}
CALL_ENDS: dict[NoticeState, tuple[str, str]] = {
    NoticeState.ACCEPTED: ("đã nói chuyện", "spoken to"),
    NoticeState.UNREACHABLE: ("không ai nghe máy", "nobody answered"),
}

_REASONS = (
    (r"^before arming$", "trước khi kích hoạt"),
    (r"^before this deadline was set$", "trước khi có thời hạn này"),
    (r"^outage, replaced by (.+)$", r"hệ thống gián đoạn, đã có \1 thay"),
    (r"^still waiting, replaced by (.+)$", r"chưa kịp gửi, đã có \1 thay"),
    (r"^submitted by then$", "lúc đó đã nộp kết quả"),
    (r"^suspended by then$", "lúc đó đang tạm dừng"),
    (r"^completed by then$", "lúc đó đã hoàn thành"),
    (r"^submitted (\d{4})-(\d\d)-(\d\d)$", r"đã nộp kết quả ngày \3/\2/\1"),
    (r"^completed (\d{4})-(\d\d)-(\d\d)$", r"đã hoàn thành ngày \3/\2/\1"),
    (r"^extended (\d{4})-(\d\d)-(\d\d)$", r"đã gia hạn ngày \3/\2/\1"),
    (r"^cancelled (\d{4})-(\d\d)-(\d\d)$", r"đã hủy ngày \3/\2/\1"),
    (r"^suspended (\d{4})-(\d\d)-(\d\d)$", r"đã tạm dừng ngày \3/\2/\1"),
    (r"^reassigned (\d{4})-(\d\d)-(\d\d)$", r"đã chuyển giao ngày \3/\2/\1"),
    (r"^no escalation: (\d+) of (\d+) notices delivered$", r"chưa báo cấp trên: mới gửi được \1/\2 lần nhắc"),
    (r"^no escalation before, replaced by (.+)$", r"trước đó chưa đủ lần nhắc, đã có \1 thay"),
    (r"^nobody answered the telephone$", "gọi điện không có người nghe"),
    (r"^the address is dead$", "địa chỉ bị trả thư, đã chuyển người nhận khác"),
    (r"^came back: ?(.*)$", r"thư bị trả về: \1"),
    (r"^set aside: its sender was lost (\d+) times$", r"đã gác lại: làm dừng chương trình gửi \1 lần"),
    (r"^set aside: sending it broke \((.+)\) (\d+) times$", r"đã gác lại: gửi hỏng \2 lần (\1)"),
    (r"^submitted$", "đã nộp kết quả"),
    (r"^completed$", "đã hoàn thành"),
    (r"^extended$", "đã gia hạn"),
    (r"^cancelled$", "đã hủy"),
    (r"^suspended$", "đã tạm dừng"),
    (r"^reassigned$", "đã chuyển giao"),
    (r"^nobody can receive it$", "không có người nhận"),
    (r"^dropped while sending was stopped$", "bỏ khi đang dừng gửi"),
)


def reason(text: str, f: Phrases) -> str:
    """Why a notice did not go out, in the reader's language; what has no words of its own stays as it is."""
    if f.lang == "en":
        return text
    return next(
        (re.sub(pattern, words, text) for pattern, words in _REASONS if re.match(pattern, text)), text
    )


@dataclass(frozen=True)
class Line:
    """One line of a timeline: when, of which kind, what, and the words beside it."""

    at: datetime
    kind: str
    title: str
    words: str = ""
    quiet: bool = False
    link: str = ""


def timeline(session: Session, a: Assignment, f: Phrases, prefect_ui: str = "") -> list[Line]:
    """Everything about an assignment up to now, the newest first; `quiet` lines say what was not sent."""
    moves = session.exec(select(AssignmentMove).where(AssignmentMove.assignment_id == a.id)).all()
    query = select(Notice, Digest).outerjoin(Digest, col(Digest.id) == col(Notice.digest_id))
    notices = session.exec(query.where(Notice.assignment_id == a.id)).all()
    names = Names(session, [*(m.by for m in moves), *(n.recipient for n, _ in notices)], f.t)
    tries = _attempts(session, [n for n, _ in notices])
    lines = [
        Line(a.created_at, "move", f.t("Giao cho đơn vị", "Given to the unit"), a.why_due),
        *(Line(m.at, "move", f.t(*EVENTS[m.event]), _by(names(m.by), m.reason)) for m in moves),
        *(_notice(n, names, tries, f) for n, _ in notices),
        *_runs(session, a, f, prefect_ui),
    ]
    return sorted((line for line in lines if line.at <= f.at), key=lambda line: line.at, reverse=True)


def _by(who: str, why: str) -> str:
    return f"{who}: “{why}”" if why else who


def _attempts(session: Session, notices: Sequence[Notice]) -> dict[tuple[str, int], list[Attempt]]:
    singles, digests = [n.id for n in notices], {n.digest_id for n in notices if n.digest_id}
    rows = session.exec(
        select(Attempt)
        .where(col(Attempt.notice_id).in_(singles) | col(Attempt.digest_id).in_(digests))
        .order_by(col(Attempt.id))
    )
    out: dict[tuple[str, int], list[Attempt]] = {}
    for row in rows:
        key = ("notice", row.notice_id) if row.notice_id else ("digest", row.digest_id or 0)
        out.setdefault(key, []).append(row)
    return out


def to_whom(n: Notice, names: Names, f: Phrases) -> str:
    """Who was told: by their key, or by the name that was typed for a telephone call."""
    return names(n.recipient) if n.recipient else n.address or f.t("không có ai nhận", "nobody")


def said_by_telephone(n: Notice) -> bool:
    """Whether the notice is a call that somebody has logged."""
    return n.rung.startswith(f"{calls.RUNG}:")


def end_in_words(n: Notice, f: Phrases) -> str:
    """What became of a notice."""
    if said_by_telephone(n):
        return f.t(*CALL_ENDS[n.state])
    return f.t(*NOTICE_STATES[n.state])


def _called(n: Notice, names: Names, f: Phrases) -> Line:
    title = f"{f.t('Gọi điện thoại', 'Telephone call')}: {end_in_words(n, f)}"
    return Line(n.owed_at, "notice", title, f"{to_whom(n, names, f)}. {n.detail}".strip())


def _notice(n: Notice, names: Names, tries: dict[tuple[str, int], list[Attempt]], f: Phrases) -> Line:
    if said_by_telephone(n):
        return _called(n, names, f)
    to = to_whom(n, names, f)
    later = n.settled_at is not None and n.settled_at > f.at
    state = NoticeState.OWED if later else n.state  # on a past day it was still waiting
    how = (
        f.t("thư tổng hợp", "digest")
        if n.digest_id or n.delivery == "digest"
        else f.t("thư riêng", "a mail of its own")
    )
    all_tries = tries.get(("digest", n.digest_id) if n.digest_id else ("notice", n.id or 0), [])
    made = [t for t in all_tries if t.at <= f.at]
    answers = "; ".join(f"{f.moment(t.at)} {t.code or ''} {t.answer}".strip() for t in made)
    title = f"{KINDS[f.lang][MailKind(n.kind.value)]} ({n.rung}): {f.t(*NOTICE_STATES[state])}"
    words = f"{to}, {how}. {'' if later else reason(n.reason, f)} {answers}".strip()
    at = n.owed_at if later or n.settled_at is None else n.settled_at
    return Line(at, "notice", title, words, quiet=state is NoticeState.VOID)


def _runs(session: Session, a: Assignment, f: Phrases, prefect_ui: str) -> Iterator[Line]:
    query = (
        select(EngineRun)
        .where(EngineRun.item_id == a.item_id)
        .order_by(col(EngineRun.changed_at).desc())
        .limit(50)
    )
    for run in session.exec(query):
        link = f"{prefect_ui}/runs/flow-run/{run.run_id}" if prefect_ui else ""
        yield Line(
            run.changed_at,
            "run",
            f.t(f"Lượt nhắc {run.name}: {run.state_name}", f"Wake {run.name}: {run.state_name}"),
            run.message,
            link=link,
        )
