"""From rows to what a mail shows: the one reader that feeds notices, digests and the morning line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycles import Assignment, AssignmentMove, Cycle, CycleState, Extension, ExtensionState
from models.evidence import Submission, Verdict
from models.notices import Digest, Notice, NoticeState
from models.people import Contact, Person, Unit
from models.queries import Named, named
from models.standing import directory
from notifications.messages import Delivered, DigestMail, NoticeMail, TaskLine
from plan.clock import local_day
from plan.kinds import NoticeKind
from plan.ladder import Audience
from plan.lifecycle import OPEN, Event, TimeState, WorkState, time_state
from plan.recipients import shown
from settings import Settings
from tasks.linking import Linking


@dataclass(frozen=True)
class Names:
    """The names behind recipient keys; looked up once per batch."""

    people: Mapping[int, str]
    contacts: Mapping[int, str]

    @classmethod
    def of(cls, session: Session) -> "Names":
        """Every person's and contact's name."""
        people = session.exec(select(Person.id, Person.name)).all()
        named_contacts = sa.case((Contact.name != "", Contact.name), else_=Unit.name)  # pyright: ignore[reportArgumentType]
        rows = session.exec(
            select(Contact.id, named_contacts).join(Unit, col(Unit.id) == col(Contact.unit_id))
        )
        return cls({key: name for key, name in people if key}, {key: name for key, name in rows if key})

    def name(self, key: str) -> str:
        """The name behind "contact:8" or "person:3"; empty for anything else."""
        kind, _, number = key.partition(":")
        if not number.isdigit():
            return ""
        return (self.people if kind == "person" else self.contacts).get(int(number), "")


def line(row: Named, at: datetime, why: str | None = None, link: str | None = None) -> TaskLine:
    """One assignment as a mail shows it at the moment `at`."""
    a = row.assignment
    return TaskLine(
        assignment_id=a.id or 0, plan_number=row.plan.number, item_code=row.item.code, item_text=row.item.text,
        unit_name=row.unit.name, due_on=a.due_on, due_time=a.due_time, original_due_on=a.original_due_on,
        days_left=(a.due_on - local_day(at)).days if a.due_on else None,
        time_state=time_state(a.due_on, a.due_time, at), work_state=a.state, why=why, link=link,
    )  # fmt: skip


def notice_mails(
    session: Session, notices: Sequence[Notice], at: datetime, settings: Settings
) -> dict[int, NoticeMail]:
    """The mail of each single notice, by the notice's id."""
    linking = Linking.of(session, settings, at)
    ids = {n.assignment_id for n in notices}
    rows = {r.assignment.id: r for r in named(session, col(Assignment.id).in_(ids))}
    names = Names.of(session)
    told = _told(session, [n.assignment_id for n in notices if n.kind is NoticeKind.ESCALATION], names)
    asked = _answered(session, [n.assignment_id for n in notices if n.kind is NoticeKind.EXTENSION_DECISION])
    heirs = _heirs(session, [n.assignment_id for n in notices if n.kind is NoticeKind.REASSIGNED])
    doers = _doers(session, [n.assignment_id for n in notices if n.kind in _CAUSED_BY])
    return {
        n.id or 0: _notice_mail(n, rows[n.assignment_id], linking, names, told, asked, heirs, doers)
        for n in notices
    }


_CAUSED_BY: Mapping[NoticeKind, Event] = {
    NoticeKind.SUBMITTED: Event.SUBMIT, NoticeKind.RETURNED: Event.RETURN, NoticeKind.ACCEPTED: Event.ACCEPT,
    NoticeKind.REOPENED: Event.REOPEN, NoticeKind.SUSPENDED: Event.SUSPEND, NoticeKind.CANCELLED: Event.CANCEL,
}  # fmt: skip
"""The move that a notice of each kind tells of, whose doer it names."""


def _doers(session: Session, ids: Sequence[int]) -> dict[tuple[int, Event], str]:
    """Who made the last move of each event, by assignment."""
    query = select(AssignmentMove.assignment_id, AssignmentMove.event, AssignmentMove.by)
    moves = query.where(col(AssignmentMove.assignment_id).in_(ids)).order_by(col(AssignmentMove.id))
    found = session.exec(moves) if ids else ()
    return {(number, Event(event)): by for number, event, by in found}


def _notice_mail(
    n: Notice, row: Named, linking: Linking, names: Names, told: Mapping[int, tuple[Delivered, ...]],
    asked: Mapping[int, Extension], heirs: Mapping[int, str], doers: Mapping[tuple[int, Event], str],
) -> NoticeMail:  # fmt: skip
    request = asked.get(n.assignment_id)
    task = line(row, linking.at, link=linking.to(n.recipient, [n.assignment_id]))
    event = _CAUSED_BY.get(n.kind)
    by = doers.get((n.assignment_id, event)) if event else request.decided_by if request else None
    return NoticeMail(
        notice_key=f"{n.id}.v{n.version}", rung=n.rung, kind=n.kind, task=task, mailbox=n.address,
        recipient_name=names.name(n.recipient), history=told.get(n.assignment_id, ()), reason=n.detail or None,
        by=names.name(by or "") or None,
        asked_due_on=request.new_due_on if request else None,
        granted=(request.state is ExtensionState.GRANTED) if request else None, to_unit=heirs.get(n.assignment_id),
    )  # fmt: skip


def _told(session: Session, ids: Sequence[int], names: Names) -> dict[int, tuple[Delivered, ...]]:
    """The notices that have reached the unit, for an escalation to show."""
    out: dict[int, tuple[Delivered, ...]] = {}
    query = select(Notice).where(col(Notice.assignment_id).in_(ids), Notice.state == NoticeState.ACCEPTED)
    for n in session.exec(query.order_by(col(Notice.day), col(Notice.id))) if ids else ():
        if n.kind is not NoticeKind.ESCALATION:
            told = Delivered(day=n.day, kind=n.kind, recipient=names.name(n.recipient) or shown(n.address))
            out[n.assignment_id] = (*out.get(n.assignment_id, ()), told)
    return out


def _answered(session: Session, ids: Sequence[int]) -> dict[int, Extension]:
    query = select(Extension).where(
        col(Extension.assignment_id).in_(ids), Extension.state != ExtensionState.REQUESTED
    )
    return {e.assignment_id: e for e in session.exec(query.order_by(col(Extension.id)))} if ids else {}


def _heirs(session: Session, ids: Sequence[int]) -> dict[int, str]:
    query = (
        select(Assignment.replaces_id, Unit.name)
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .where(col(Assignment.replaces_id).in_(ids))
    )
    return {key: name for key, name in session.exec(query) if key} if ids else {}


@dataclass(frozen=True)
class Desk:
    """Everything that digests list, read once for all mailboxes of a morning."""

    at: datetime
    by_unit: Mapping[int, Sequence[Named]]
    units_of: Mapping[str, Sequence[int]]
    returned: frozenset[int]
    submitted: Sequence[Named]
    asked: Sequence[Named]
    coordinators: frozenset[str]
    names: Names
    linking: Linking

    @classmethod
    def of(cls, session: Session, at: datetime, settings: Settings) -> "Desk":
        """The open assignments of all running cycles, by unit, and who reads for which unit."""
        states = (*OPEN, WorkState.SUBMITTED)
        rows = named(session, Cycle.state == CycleState.ARMED, col(Assignment.state).in_(states))
        by_unit: dict[int, list[Named]] = {}
        for row in rows:
            if row.assignment.state in OPEN:
                by_unit.setdefault(row.assignment.unit_id, []).append(row)
        known = directory(session)
        units_of: dict[str, list[int]] = {}
        for unit_id in known.units:
            for recipient in known.who(unit_id, Audience.UNIT, local_day(at)):
                units_of.setdefault(recipient.address, []).append(unit_id)
        waiting = set(
            session.exec(select(Extension.assignment_id).where(Extension.state == ExtensionState.REQUESTED))
        )
        return cls(
            at, by_unit, units_of, _returned(session), [r for r in rows if r.assignment.state is WorkState.SUBMITTED],
            [r for r in rows if r.assignment.id in waiting], frozenset(c.address for c in known.coordinators),
            Names.of(session), Linking.of(session, settings, at),
        )  # fmt: skip


def _returned(session: Session) -> frozenset[int]:
    """The assignments whose last submission was returned and that have not been handed in again."""
    query = (
        select(Submission.assignment_id)
        .join(Assignment, col(Assignment.id) == col(Submission.assignment_id))
        .where(Submission.verdict == Verdict.RETURNED, Assignment.state == WorkState.RECEIVED)
    )
    return frozenset(session.exec(query))


_SECTIONS = {
    TimeState.OVERDUE: "overdue",
    TimeState.DUE_TODAY: "due_today",
    TimeState.DUE_SOON: "due_soon",
}


def digest_mail(
    digest: Digest, riding: Sequence[Notice], riders: Mapping[int, Named], desk: Desk
) -> DigestMail:
    """One mailbox's day: the notices that travel in it, and everything else that is open there."""
    noticed = {n.assignment_id: n for n in riding}
    sections: dict[str, list[TaskLine]] = {}
    listed: set[int] = set()

    def put(section: str, row: Named, why: str | None = None) -> None:
        number = row.assignment.id or 0
        listed.add(number)
        link = desk.linking.to(digest.recipient, [number])
        sections.setdefault(section, []).append(line(row, desk.at, why, link))

    for unit_id in desk.units_of.get(digest.mailbox, ()):
        for row in desk.by_unit.get(unit_id, ()):
            put(_section(row, noticed.get(row.assignment.id or 0), desk), row)
    if digest.mailbox in desk.coordinators:
        for row in desk.submitted:
            put("waiting_for_review", row)
        for row in desk.asked:
            put("waiting_for_review", row, "Đơn vị xin gia hạn")
    for number in sorted(noticed.keys() - listed):
        put("other", riders[number], _NEWS.get(noticed[number].kind))
    shown: dict[str, Any] = {name: tuple(lines) for name, lines in sections.items()}
    return DigestMail(
        mailbox=digest.mailbox, recipient_name=desk.names.name(digest.recipient), day=digest.day,
        noticed=frozenset(noticed), answer_link=desk.linking.to(digest.recipient, []), **shown,
    )  # fmt: skip


_NEWS = {
    NoticeKind.ACCEPTED: "Kết quả đã được nghiệm thu",
    NoticeKind.REVIEW: "Nhiệm vụ không có thời hạn: đề nghị rà soát",
}


def _section(row: Named, notice: Notice | None, desk: Desk) -> str:
    if row.assignment.id in desk.returned:
        return "returned"
    if notice is not None and notice.kind is NoticeKind.ASSIGNED:
        return "new"
    state = time_state(row.assignment.due_on, row.assignment.due_time, desk.at)
    return _SECTIONS.get(state, "other")


def riding_notices(session: Session, digest_ids: Iterable[int]) -> dict[int, list[Notice]]:
    """The notices that still travel in these digests, by digest."""
    open_states = (NoticeState.OWED, NoticeState.RETRYING, NoticeState.SENDING)
    query = select(Notice).where(
        col(Notice.digest_id).in_(list(digest_ids)), col(Notice.state).in_(open_states)
    )
    out: dict[int, list[Notice]] = {}
    for notice in session.exec(query.order_by(col(Notice.id))):
        out.setdefault(notice.digest_id or 0, []).append(notice)
    return out
