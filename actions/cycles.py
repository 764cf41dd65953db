"""A plan's year: simulate it, arm that list, disarm it before the first notice."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.assigning import unassigned
from actions.chasing import Rules, insert_notices, notice_rows, set_next_wake
from actions.errors import ChangedMeanwhile, NotFound, Problem, Refused, refuse_if
from actions.moves import close_quietly
from actions.people import Doer
from actions.rights import must_coordinate
from actions.signed import sign, signed_lines, signed_simulation
from models import ledger
from models.cycles import Assignment, AssignmentMove, Cycle, CycleState, Extension
from models.disputes import Dispute
from models.ledger import Actor
from models.notices import Digest, Notice, NoticeState
from models.plans import Plan
from models.queries import Named, assignments_of, cycle_of, named
from models.standing import standings
from models.year import Replanned
from plan.clock import local_day
from plan.due import Reason
from plan.ladder import Audience, Hours
from plan.lifecycle import Event, Party
from plan.owed import passed_before, planned
from plan.signed import decoded
from plan.simulation import Case, SimulatedNotice, sha256, simulate

NEEDS_A_DAY = frozenset({Reason.NO_DEADLINE, Reason.NO_DAY_IN_RHYTHM})
"""Why an occurrence without a day is refused unless the item is marked undated."""


def cycle_named(session: Session, plan: Plan, year: int) -> Cycle:
    """The plan's cycle in `year`; raises :class:`NotFound` where nothing has been assigned for it."""
    cycle = cycle_of(session, plan.id or 0, year)
    if cycle is None:
        raise NotFound([Problem(
            f"plan {plan.number} has no assignments for {year}; assign first: dondoc item assign",
            f"kế hoạch {plan.number} chưa giao việc cho năm {year}; hãy giao trước: dondoc item assign",
        )])  # fmt: skip
    return cycle


def simulate_cycle(session: Session, cycle: Cycle, at: datetime, hours: Hours) -> list[SimulatedNotice]:
    """Every notice of the cycle if it were armed at `at`; of an armed one, as it stands."""
    rules = Rules.of(session, hours)
    rows = named(session, Assignment.cycle_id == cycle.id)
    return list(simulate(_cases(session, rows, cycle, at, rules), rules.directory, rules.calendar, hours))


def _cases(
    session: Session, rows: Sequence[Named], cycle: Cycle, at: datetime, rules: Rules
) -> Iterator[Case]:
    if cycle.state is CycleState.DRAFT:
        for row in rows:
            row.assignment.since = at
            session.expunge(row.assignment)
    for row, standing in zip(
        rows, standings(session, [r.assignment for r in rows], rules.ladders), strict=True
    ):
        yield Case(standing, row.assignment.unit_id, row.unit.name, row.item.code, row.assignment.occurrence)


def arming_problems(session: Session, cycle: Cycle, plan: Plan, rules: Rules) -> list[Problem]:
    """Everything that keeps this cycle from being armed."""
    rows = named(session, Assignment.cycle_id == cycle.id)
    out = [
        Problem(
            f"item {item.code} is accepted but no unit has it",
            f"nhiệm vụ {item.code} đã nhận nhưng chưa giao cho đơn vị nào",
        )
        for item in unassigned(session, plan, cycle, rules.calendar)
    ]
    if not rows:
        out.append(Problem("nothing has been assigned", "chưa giao việc nào"))
    lost = {
        row.unit.code: row.unit.name
        for row in rows
        if not rules.directory.who(row.assignment.unit_id, Audience.UNIT)
    }
    out += [
        Problem(
            f"nobody can receive mail for unit {code} ({name}); add a contact",
            f"đơn vị {code} ({name}) chưa có địa chỉ nhận; hãy thêm liên hệ",
        )
        for code, name in sorted(lost.items())
    ]
    return out + [problem for row in rows for problem in _date_problems(row, plan)]


def _date_problems(row: Named, plan: Plan) -> Iterator[Problem]:
    assignment, code, unit = row.assignment, row.item.code, row.unit.name
    if assignment.due_on and assignment.due_on < plan.signed_on:
        yield Problem(
            f"item {code}, {unit}: the deadline {assignment.due_on} lies before the plan was signed ({plan.signed_on})",
            f"nhiệm vụ {code}, {unit}: thời hạn {assignment.due_on:%d/%m/%Y} "
            f"trước ngày ký kế hoạch ({plan.signed_on:%d/%m/%Y})",
        )
    if assignment.due_on is None and assignment.reason_due in NEEDS_A_DAY and not row.item.undated:
        yield Problem(
            f"item {code}, {unit}: no date and not marked undated",
            f"nhiệm vụ {code}, {unit}: chưa có thời hạn và chưa đánh dấu không thời hạn",
        )


@dataclass(frozen=True)
class Armed:
    """The armed cycle and the hash of its signed list; `new` is False when it had been armed before."""

    cycle: Cycle
    sha256: str
    notices: int
    new: bool


def arm(
    session: Session,
    plan: Plan,
    cycle: Cycle,
    *,
    at: datetime,
    actor: Actor,
    hours: Hours,
    expected: str | None = None,
) -> Armed:
    """Sign the simulated list and put the cycle into force; a cycle that is armed already stays as it is.

    `expected` is the hash of the list that the coordinator looked at: another list is refused. Raises
    :class:`Refused` with every reason why the cycle cannot work, :class:`ChangedMeanwhile` for another list.
    """
    must_coordinate(session, actor, plan.id)
    session.refresh(
        cycle, with_for_update=True
    )  # of two who arm at once the second one sees what the first did
    if cycle.state is CycleState.ARMED:
        signed = signed_simulation(session, cycle)
        return Armed(cycle, signed.sha256 if signed else "", signed.notices if signed else 0, new=False)
    rules = Rules.of(session, hours)
    refuse_if(arming_problems(session, cycle, plan, rules))
    notices = simulate_cycle(session, cycle, at, hours)
    digest = sha256(notices)
    if expected and expected != digest:
        raise ChangedMeanwhile([Problem(
            f"the list is no longer the one that was simulated ({expected[:12]}, now {digest[:12]}); look at it again",
            f"danh sách đã khác với bản mô phỏng ({expected[:12]}, nay {digest[:12]}); hãy xem lại",
        )])  # fmt: skip
    _put_into_force(session, cycle, at, actor, rules)
    _take_over(session, cycle, at, actor, rules)
    signed = sign(session, cycle, notices, digest, at)
    cycle.state, cycle.armed_at, cycle.simulation_id = CycleState.ARMED, at, signed.id
    session.add(cycle)
    ledger.record(
        session, at, actor, "cycle.armed", f"cycle:{cycle.id}",
        simulation=signed.id, sha256=digest, notices=len(notices), plan=plan.id, year=cycle.year,
    )  # fmt: skip
    return Armed(cycle, digest, len(notices), new=True)


def _put_into_force(session: Session, cycle: Cycle, at: datetime, actor: Actor, rules: Rules) -> None:
    """Set every assignment's first moment; what has passed by now is void from the start."""
    assignments = assignments_of(session, cycle.id or 0)
    for assignment in assignments:
        assignment.since = at
    void: list[dict[str, Any]] = []
    for assignment, standing in zip(assignments, standings(session, assignments, rules.ladders), strict=True):
        for notice in planned(standing, rules.calendar, rules.hours):
            if passed_before(notice, standing):
                void += notice_rows(
                    assignment.unit_id, standing, notice, rules.directory, at, void="before arming"
                )
        set_next_wake(assignment, standing, rules, set(), at)
    session.add_all(assignments)
    insert_notices(session, void, at, actor)


def _take_over(session: Session, cycle: Cycle, at: datetime, actor: Actor, rules: Rules) -> None:
    """What was carried over from an earlier year is from now on chased in this one only; its announcement says so."""
    mine = select(Assignment.replaces_id).where(
        Assignment.cycle_id == cycle.id, col(Assignment.replaces_id).is_not(None)
    )
    elsewhere = select(Assignment).where(col(Assignment.id).in_(mine), Assignment.cycle_id != cycle.id)
    for old in session.exec(elsewhere).all():
        if old.unfinished:
            close_quietly(
                session, old, Event.REPLACE, Doer(actor, Party.COORDINATOR), at, rules,
                f"carried over into {cycle.year}", void=f"carried over {local_day(at)}",
            )  # fmt: skip


def disarm(session: Session, cycle: Cycle, *, at: datetime, actor: Actor, reason: str) -> None:
    """Take an armed cycle back to a draft, as long as no notice has gone out."""
    must_coordinate(session, actor, cycle.plan_id)
    session.refresh(cycle, with_for_update=True)
    if cycle.state is not CycleState.ARMED:
        raise Refused.because(
            f"the cycle is {cycle.state}, not armed",
            f"chu kỳ đang ở trạng thái {cycle.state}, chưa kích hoạt",
        )
    mine = select(Assignment.id).where(Assignment.cycle_id == cycle.id)
    refuse_if([*_gone_out(session, mine), *_acted_on(session, mine)])
    riding = session.exec(
        select(Notice.digest_id).where(col(Notice.assignment_id).in_(mine)).distinct()
    ).all()
    session.connection().execute(sa.delete(Notice).where(col(Notice.assignment_id).in_(mine)))
    still = select(Notice.digest_id).where(col(Notice.digest_id).is_not(None))
    empty = sa.delete(Digest).where(col(Digest.id).in_(riding), col(Digest.id).not_in(still))
    session.connection().execute(empty)
    for assignment in assignments_of(session, cycle.id or 0):
        assignment.since, assignment.next_wake_at, assignment.next_rungs = None, None, ""
        session.add(assignment)
    cycle.state, cycle.armed_at, cycle.simulation_id = CycleState.DRAFT, None, None
    session.add(cycle)
    ledger.record(session, at, actor, "cycle.disarmed", f"cycle:{cycle.id}", reason=reason)


_GONE = (
    NoticeState.SENDING, NoticeState.RETRYING, NoticeState.ACCEPTED, NoticeState.FAILED, NoticeState.BOUNCED
)  # fmt: skip


def _gone_out(session: Session, mine: Any) -> list[Problem]:
    """Notices that a sender has had in hand, by themselves or in a digest."""
    taken = select(Digest.id).where(Digest.state != NoticeState.OWED)
    out = sa.or_(col(Notice.state).in_(_GONE), col(Notice.digest_id).in_(taken))
    count = session.exec(
        select(sa.func.count()).select_from(Notice).where(col(Notice.assignment_id).in_(mine), out)
    ).one()
    en = f"{count} notices have gone out; cancel or extend single tasks instead"
    return [Problem(en, f"đã gửi {count} thông báo; hãy hủy hoặc gia hạn từng nhiệm vụ")] if count else []


def _acted_on(session: Session, mine: Any) -> list[Problem]:
    """Assignments that somebody has moved, disputed or wanted more time for: a draft forgets it."""
    moved = select(AssignmentMove.assignment_id).where(col(AssignmentMove.assignment_id).in_(mine))
    asked = select(Extension.assignment_id).where(col(Extension.assignment_id).in_(mine))
    disputed = select(Dispute.assignment_id).where(col(Dispute.assignment_id).in_(mine))
    count = len({number for query in (moved, asked, disputed) for number in session.exec(query)})
    en = f"people have acted on {count} assignments; cancel or extend single tasks instead"
    return (
        [Problem(en, f"đã có thao tác trên {count} việc giao; hãy hủy hoặc gia hạn từng nhiệm vụ")]
        if count
        else []
    )


@dataclass(frozen=True)
class Compared:
    """Planned against actual: how many signed notices met which end, and those of which nothing is known."""

    planned: int
    by_end: dict[str, int]
    missing: list[str]
    unplanned: list[str]


def compare(session: Session, cycle: Cycle, at: datetime) -> Compared:
    """Hold the signed list against what has happened up to `at`: every past line has its end, or is an incident.

    A line is matched by assignment, deadline version, rung and day; a recipient exchanged meanwhile is no incident.
    """
    known, exact = ended(session, select(Assignment.id).where(Assignment.cycle_id == cycle.id))
    ends: Counter[str] = Counter()
    missing: list[str] = []
    lines = decoded(signed_lines(session, cycle))
    for line in lines:
        end = exact.get((*line.rung_key, line.recipient)) or known.get(line.rung_key)
        if end is not None:
            ends[end] += 1
        elif datetime.fromisoformat(line.send_after) <= at:
            assignment, version, rung, day = line.rung_key
            missing.append(f"assignment {assignment} v{version} {rung} {day} {line.recipient or '-'}")
        else:
            ends[TO_COME] += 1
    planned_for = {line.rung_key for line in lines}
    return Compared(len(lines), dict(sorted(ends.items())), missing, _unplanned(session, known, planned_for))


_Rung = tuple[int, int, str, str]
"""Assignment, deadline version, rung and day (as ISO has it)."""
TO_COME = "to come"
"""The end of a signed notice whose moment has not come."""


def ended(
    session: Session, assignments: Any
) -> tuple[dict[_Rung, str], dict[tuple[int, int, str, str, str], str]]:
    """How each rung of these assignments (ids, or a question for them) ended, for anybody and for each recipient.

    Read as columns, for a year has a million.
    """
    known: dict[_Rung, str] = {}
    exact: dict[tuple[int, int, str, str, str], str] = {}
    named_end: dict[tuple[NoticeState, str], str] = {}
    query = sa.select(
        *(col(c) for c in (Notice.assignment_id, Notice.version, Notice.rung)), sa.cast(col(Notice.day), sa.String),
        *(col(c) for c in (Notice.recipient, Notice.state, Notice.reason)),
    ).where(col(Notice.assignment_id).in_(assignments)).order_by(col(Notice.id))  # fmt: skip
    for *key, recipient, state, reason in session.connection().execute(query).yield_per(5000):
        end = named_end.get((state, reason)) or named_end.setdefault((state, reason), _end(state, reason))
        rung: Any = tuple(key)
        known[rung] = exact[(*rung, recipient)] = end
    return known, exact


def _unplanned(session: Session, known: Iterable[_Rung], signed: AbstractSet[_Rung]) -> list[str]:
    """Rungs about a first deadline that are not in the signed list.

    Later versions, assignments made after the signing and what a changed calendar or ladder planned anew have
    decisions of their own.
    """
    ours = {row[0] for row in signed} - set(session.exec(select(Replanned.assignment_id)).all())
    return [
        f"assignment {assignment} v{version} {rung} {day}"
        for assignment, version, rung, day in known
        if version == 1 and assignment in ours and ":" not in rung
        and (assignment, version, rung, day) not in signed
    ]  # fmt: skip


def _end(state: NoticeState, reason: str) -> str:
    words = reason.rstrip("0123456789-. ") if state is NoticeState.VOID else ""
    return f"{state}: {words}" if words else str(state)
