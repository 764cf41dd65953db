"""Why each mail about a task went out or did not: every rung of its ladder beside what became of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from actions.chasing import Rules
from models.cycles import Assignment, CycleState
from models.notices import Attempt, Notice, NoticeState
from models.queries import Named
from models.standing import standings
from models.year import Replanned
from plan.ladder import ANNOUNCE, REVIEW, Ladder, PlannedNotice, Rung
from plan.lifecycle import OPEN, WorkState
from plan.owed import planned
from web.attempts import Answer, Travelled, attempts_of, travelled
from web.history import NOTICE_STATES, end_in_words, to_whom
from web.naming import Names
from web.pages import Phrases
from web.reason_words import reason
from web.rung_words import AUDIENCES, condition, when


@dataclass(frozen=True)
class Sent:
    """What became of one notice to one recipient: its end in words, why, and the channel's answers."""

    to: str
    state: NoticeState
    words: str
    why: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Because:
    """One rung on its day: why it is there, and everybody it was for; `open_` says what is still to come of it."""

    day: date
    rung: str
    version: int
    why: str
    sent: tuple[Sent, ...]
    open_: str = ""


def because(session: Session, row: Named, rules: Rules, f: Phrases) -> list[Because]:
    """Every rung about one assignment, in the order of days: those decided, and those of the ladder still undecided."""
    a = row.assignment
    rows = session.exec(select(Notice).where(Notice.assignment_id == a.id).order_by(col(Notice.id))).all()
    names = Names(session, [n.recipient for n in rows], f.t)
    tries = attempts_of(session, rows)
    by_key: defaultdict[tuple[int, str, date], list[Sent]] = defaultdict(list)
    for n in rows:
        by_key[n.version, n.rung, n.day].append(_sent(n, names, tries.get(travelled(n), []), f))
    (standing,) = standings(session, [a], rules.ladders)
    plan = {(p.rung, p.day): p for p in planned(standing, rules.calendar, rules.hours)}
    out = [
        Because(day, rung, version, _why(plan.get((rung, day)), rung, day, row, rules, f), tuple(sent))
        for (version, rung, day), sent in by_key.items()
    ]
    decided = {(rung, day) for version, rung, day in by_key if version == a.version}
    out += [
        Because(p.day, p.rung, a.version, _why(p, p.rung, p.day, row, rules, f), (), _undecided(p, row, f))
        for key, p in plan.items() if key not in decided
    ]  # fmt: skip
    return sorted(out, key=lambda b: (b.day, b.version, b.rung))


def _sent(n: Notice, names: Names, tries: list[Attempt], f: Phrases) -> Sent:
    answers = tuple(Answer.of(t, f) for t in tries)
    words = end_in_words(n, f)
    if n.state is NoticeState.OWED:
        words += f.t(f", sau {f.moment(n.send_after)}", f", after {f.moment(n.send_after)}")
    return Sent(to_whom(n, names, f), n.state, words, reason(n.reason, f) or n.detail, answers)


def _why(notice: PlannedNotice | None, rung: str, day: date, row: Named, rules: Rules, f: Phrases) -> str:
    """Why this rung is there on this day, in a sentence."""
    if ":" in rung:
        return f.t("báo về một việc vừa làm", "news of what somebody did")
    if rung == ANNOUNCE:
        return f.t("báo việc mới được giao", "a new task is announced")
    if REVIEW in rung:
        return f.t("hỏi lại việc không có ngày", "asks about a task without a day")
    ladder = rules.ladders[row.assignment.ladder]
    step = _rung_named(ladder, rung)
    if step is None or notice is None or row.assignment.due_on is None:
        return f.t("theo thời hạn hoặc bậc nhắc trước đó", "by the deadline or ladder before")
    found, days = step
    once = found.model_copy(update={"days": days, "every": None, "until": None})
    parts = [when(once, f), f.t(f"cho {AUDIENCES[found.audience][0]}", f"to {AUDIENCES[found.audience][1]}")]
    nominal = (
        rules.calendar.shift(row.assignment.due_on, days)
        if found.working and days
        else row.assignment.due_on + timedelta(days)
    )
    if nominal != day and found.hours is None:
        off = rules.calendar.why_off(nominal) or f.t("giờ gửi", "the hour of sending")
        parts.append(f.t(f"dời từ {f.day(nominal)} ({off})", f"moved from {f.day(nominal)} ({off})"))
    return "; ".join(filter(None, [*parts, condition(found, f)]))


def _rung_named(ladder: Ladder, name: str) -> tuple[Rung, int] | None:
    return next(((r, days) for r in ladder.rungs for step, days in r.steps() if step == name), None)


def _undecided(notice: PlannedNotice, row: Named, f: Phrases) -> str:
    """What is to be said of a rung that nothing has decided yet."""
    a = row.assignment
    if row.cycle.state is not CycleState.ARMED:
        return f.t("kế hoạch chưa chạy hoặc đã khép", "the year does not run")
    if a.state is WorkState.SUBMITTED:
        return f.t(
            "không nhắc khi đã nộp, đang chờ nghiệm thu; nếu bị trả lại thì nhắc tiếp",
            "nobody is reminded while it is reviewed; if it comes back, reminders go on",
        )
    if a.state not in OPEN:
        return f.t("sẽ không gửi: việc không còn mở", "will not go out: the task is not open")
    if a.since and notice.send_after < a.since:
        return f.t(
            "không gửi: đã qua khi thời hạn này có hiệu lực",
            "not sent: passed before this deadline came into force",
        )
    if notice.send_after > f.at:
        return f.t("chưa đến ngày", "still to come")
    return f.t(
        "đã đến giờ nhưng lượt nhắc chưa chạy; nếu còn thế này sau vài phút, xem trang kiểm tra",
        "its moment has come and no wake has run; if it stays, see the checks",
    )


def reasons_planned_anew(session: Session, a: Assignment) -> list[Replanned]:
    """When and why the notices of an assignment were planned anew."""
    query = select(Replanned).where(Replanned.assignment_id == a.id).order_by(col(Replanned.id))
    return list(session.exec(query))


@dataclass(frozen=True)
class Mail:
    """One mail to one address on one day, alone or a digest, with what travelled in it and what became of it."""

    at: datetime
    digest: bool
    assignments: tuple[tuple[int, str, str], ...]
    words: str
    why: str
    answers: tuple[Answer, ...]


def mails_to(session: Session, address: str, day: date, f: Phrases) -> list[Mail]:
    """Everything that was owed to an address on a day: what went out, and what did not and why."""
    rows = session.exec(
        select(Notice)
        .where(col(Notice.address) == address, Notice.day == day)
        .order_by(col(Notice.send_after), col(Notice.id))
    ).all()
    tries = attempts_of(session, rows)
    groups: dict[Travelled, list[Notice]] = {}
    for n in rows:
        groups.setdefault(travelled(n), []).append(n)
    return [_mail(key, notices, tries.get(key, []), f) for key, notices in groups.items()]


def _mail(key: Travelled, notices: list[Notice], tries: list[Attempt], f: Phrases) -> Mail:
    first = notices[0]
    answers = tuple(Answer.of(t, f) for t in tries)
    about = tuple((n.assignment_id, n.rung, f.t(*NOTICE_STATES[n.state])) for n in notices)
    moment = tries[-1].at if tries else first.settled_at or first.send_after
    return Mail(
        moment, key[0] == "digest", about, f.t(*NOTICE_STATES[first.state]), reason(first.reason, f), answers
    )
