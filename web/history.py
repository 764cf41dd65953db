"""The life of one assignment as a timeline in words: what people did, what was sent and what the engine ran."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from actions import calls
from models.cycles import Assignment, AssignmentMove
from models.engine import EngineRun
from models.ledger import Ledger
from models.moment import is_rehearsal
from models.notices import Attempt, Notice, NoticeState
from notifications.messages import NoticeKind as MailKind
from notifications.words import KINDS
from plan.lifecycle import Event
from web.attempts import Answer, Travelled, attempts_of, travelled
from web.naming import Names
from web.pages import Phrases
from web.reason_words import reason

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

RUN_STATES: dict[str, str] = {
    "Reminded": "đã nhắc",
    "Escalated": "đã báo cấp trên",
    "Nothing owed": "không còn gì phải nhắc",
    "Unreachable": "không có người nhận",
    "Scheduled": "đã hẹn giờ",
    "Pending": "sắp chạy",
    "Running": "đang chạy",
    "Completed": "đã xong",
    "Crashed": "đứt giữa chừng, sẽ chạy lại",
    "Failed": "hỏng, sẽ chạy lại",
    "Cancelled": "bị hủy trong Prefect, sẽ chạy lại",
}
"""What a wake's state says, in Vietnamese; the engine's own word is shown in English."""


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
    notices = session.exec(select(Notice).where(Notice.assignment_id == a.id)).all()
    names = Names(session, [*(m.by for m in moves), *(n.recipient for n in notices)], f.t)
    tries = attempts_of(session, notices)
    lines = [
        Line(a.created_at, "move", f.t("Giao cho đơn vị", "Given to the unit"), a.why_due),
        *(Line(m.at, "move", f.t(*EVENTS[m.event]), _by(names(m.by), m.reason)) for m in moves),
        *(_notice(n, names, tries, f) for n in notices),
        *_runs(session, a, f, prefect_ui),
    ]
    return sorted((line for line in lines if line.at <= f.at), key=lambda line: line.at, reverse=True)


def _by(who: str, why: str) -> str:
    return f"{who}: “{why}”" if why else who


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


def _notice(n: Notice, names: Names, tries: dict[Travelled, list[Attempt]], f: Phrases) -> Line:
    if said_by_telephone(n):
        return _called(n, names, f)
    to = to_whom(n, names, f)
    how = (
        f.t("thư tổng hợp", "digest")
        if n.digest_id or n.delivery == "digest"
        else f.t("thư riêng", "a mail of its own")
    )
    answers = [Answer.of(t, f) for t in tries.get(travelled(n), [])]
    said = "; ".join(a.words for a in answers if not a.kept)
    rung = "" if ":" in n.rung else f" ({n.rung})"  # what tells of an event has no rung that people know
    title = f"{KINDS[f.lang][MailKind(n.kind.value)]}{rung}: {f.t(*NOTICE_STATES[n.state])}"
    words = f"{to}, {how}. {reason(n.reason, f)} {said}".strip()
    at, link = n.settled_at or n.owed_at, next((f"/mail/{a.kept}" for a in reversed(answers) if a.kept), "")
    return Line(at, "notice", title, words, quiet=n.state is NoticeState.VOID, link=link)


def _runs(session: Session, a: Assignment, f: Phrases, prefect_ui: str) -> Iterator[Line]:
    last = col(EngineRun.changed_at).desc()
    runs = session.exec(
        select(EngineRun).where(EngineRun.item_id == a.item_id).order_by(last).limit(50)
    ).all()
    rehearsed = _rehearsed(session, runs)
    for run in runs:
        link = f"{prefect_ui}/runs/flow-run/{run.run_id}" if prefect_ui else ""
        state = f.t(RUN_STATES.get(run.state_name, run.state_name), run.state_name)
        title = f.t(f"Lượt nhắc {run.name}: {state}", f"Wake {run.name}: {state}")
        yield Line(rehearsed.get(run.run_id, run.changed_at), "run", title, run.message, link=link)


def _rehearsed(session: Session, runs: Sequence[EngineRun]) -> dict[str, datetime]:
    """When runs of a rehearsal were by its own clock, which the ledger goes by; the engine's clock stands elsewhere."""
    if not is_rehearsal(session):
        return {}
    query = select(Ledger.subject, func.max(Ledger.at)).where(
        col(Ledger.subject).in_([f"run:{run.run_id}" for run in runs])
    )
    told = session.exec(query.group_by(col(Ledger.subject)))
    return {subject.removeprefix("run:"): datetime.fromisoformat(at) for subject, at in told}
