"""`dondoc notice`: the outbox, and the switch that stops all sending."""

from datetime import datetime

from cyclopts import App
from sqlmodel import col, select

from actions import outbox
from actions.calls import log_call
from actions.chasing import Rules
from actions.switches import resume_sending, stop_sending
from cli.here import acting, doing, open_place
from cli.show import Output, print_json, table, tell
from models.database import reading, unit_of_work
from models.notices import Attempt, Bounce, BounceEnd, Notice, NoticeState
from plan.clock import local_moment
from plan.recipients import shown

app = App(name="notice")


@app.command(name="list")
def list_(
    *,
    assignment: int | None = None,
    state: NoticeState | None = None,
    limit: int = 200,
    output: Output = "text",
) -> None:
    """List notices, the newest first. (Danh sách thông báo)"""
    with reading(open_place().url) as session:
        query = select(Notice).order_by(col(Notice.send_after).desc(), col(Notice.id).desc()).limit(limit)
        query = query.where(Notice.assignment_id == assignment) if assignment else query
        rows = session.exec(query.where(Notice.state == state) if state else query).all()
    keys = (
        "id",
        "assignment_id",
        "rung",
        "day",
        "kind",
        "address",
        "delivery",
        "state",
        "reason",
        "tries",
        "message_id",
    )
    table(
        ({key: getattr(row, key) for key in keys} | {"address": shown(row.address)} for row in rows), output
    )


@app.command
def attempts(*, limit: int = 100, output: Output = "text") -> None:
    """List attempts to deliver with the channel's answers, the newest first. (Các lần gửi)"""
    with reading(open_place().url) as session:
        rows = session.exec(select(Attempt).order_by(col(Attempt.id).desc()).limit(limit)).all()
    keys = ("at", "notice_id", "digest_id", "outcome", "code", "answer", "message_id")
    table(({key: getattr(row, key) for key in keys} for row in rows), output)


@app.command
def bounces(*, end: BounceEnd | None = None, limit: int = 100, output: Output = "text") -> None:
    """List reports from the bounce mailbox and what was made of each, the newest first. (Thư bị trả về)"""
    with reading(open_place().url) as session:
        query = select(Bounce).order_by(col(Bounce.id).desc()).limit(limit)
        rows = session.exec(query.where(Bounce.end == end) if end else query).all()
    keys = ("read_at", "end", "subject", "address", "status", "answer")
    table(({key: getattr(row, key) for key in keys} for row in rows), output)


@app.command
def waiting(*, output: Output = "text") -> None:
    """Show what waits to go out. (Đang chờ gửi)"""
    with reading(open_place().url) as session:
        stopped, waits = outbox.sending_stopped(session), outbox.waiting(session)
    shown = {"stopped": stopped, "alone": waits.alone, "in_digests": waits.digest, "oldest": waits.oldest}
    if output == "json":
        print_json(shown)
        return
    tell(f"{'ĐÃ DỪNG GỬI. ' if stopped else ''}Chờ gửi: {waits.alone} thông báo riêng, "
         f"{waits.digest} trong thư tổng hợp; sớm nhất {waits.oldest or '-'}.",
         f"{'SENDING IS STOPPED. ' if stopped else ''}Waiting: {waits.alone} by themselves, "
         f"{waits.digest} in digests; oldest {waits.oldest or '-'}.")  # fmt: skip


@app.command
def call(
    assignment: int,
    *,
    told: str,
    words: str = "",
    unanswered: bool = False,
    at: datetime | None = None,
    by: str | None = None,
) -> None:
    """Log a telephone call to a unit about a task; it counts as telling the unit. (Ghi cuộc gọi nhắc việc)

    Parameters
    ----------
    told
        Who was spoken to, or was called.
    words
        What was said.
    unanswered
        Nobody answered: kept, and counts for nothing.
    at
        When, in Vietnam ("2026-03-12T09:30"); now, if left out.
    """
    place = open_place()
    when = local_moment(at.date(), at.time()) if at else None
    with unit_of_work(place.url) as session:
        rules, doer = Rules.of(session, place.hours), doing(session, by, place)
        notice = log_call(
            session,
            assignment,
            doer,
            place.now,
            rules,
            told=told,
            words=words,
            reached=not unanswered,
            called_at=when,
        )
        rung = notice.rung
    tell(
        f"Đã ghi cuộc gọi {rung} về việc giao số {assignment}.",
        f"The call {rung} about assignment {assignment} is logged.",
    )


@app.command
def stop(*, reason: str, by: str | None = None) -> None:
    """Stop all sending at once; what is owed waits. (Dừng gửi)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        stop_sending(session, place.now, acting(session, by, place), reason)
    tell("Đã dừng gửi mọi thông báo.", "All sending is stopped.")


@app.command
def resume(*, drop: bool = False, by: str | None = None) -> None:
    """Let sending go on. (Gửi lại)

    Parameters
    ----------
    drop
        Do not send what waits: it is kept as "suppressed".
    """
    place = open_place()
    with unit_of_work(place.url) as session:
        dropped = resume_sending(session, place.now, acting(session, by, place), drop=drop)
    tell(f"Đã mở lại việc gửi; bỏ {dropped} thông báo.", f"Sending goes on; {dropped} notices dropped.")
