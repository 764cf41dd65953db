"""One property over whole years: what was sent is what was signed, less what was made void, with every reason recorded.

Plans, calendars, ladders, deputies and people's actions are drawn; the year is lived day by day through the real
actions on a real database, without the engine, which only decides when.
"""

import json
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from actions import absences, amendment, chasing, cycles, extensions, items, ladders, moves, people, plans
from actions.assigning import AssignmentSpec
from actions.calendar import change_calendar, changed
from actions.errors import Refused
from models.cycles import Assignment, Cycle, Extension, ExtensionState
from models.database import engine_for, reading, unit_of_work
from models.ledger import SYSTEM, Ledger
from models.notices import NoticeState
from models.people import Unit
from models.plans import ItemStatus
from models.queries import items_of
from models.year import Absence, Replanned
from plan.calendar import DaysOff, Override
from plan.deadlines import Bound, Deadline, Fixed, Freq, Ongoing, Period, Recurring, Relative, Rule
from plan.ladder import OFFICE, Audience, Delivery, Ladder, Rung
from plan.lifecycle import OPEN, UNFINISHED, WorkState
from tests.builders import (
    AT,
    LAN,
    MAI,
    MINH,
    NUMBER,
    YEAR,
    A,
    B,
    arm,
    broken,
    draft,
    draft_item,
    live,
    moment,
    notices,
    put_in,
    spec,
)
from tests.db.test_cycles import compared

FIRST, LAST = date(2021, 4, 8), date(2021, 6, 30)
END = date(2021, 8, 31)
"""By then every ladder about a day up to LAST has ended."""
days = st.dates(FIRST, LAST)


@st.composite
def own_ladder(draw: st.DrawFn) -> Ladder:
    offsets = draw(st.lists(st.integers(-20, 20), min_size=1, max_size=5, unique=True))
    rungs = [
        Rung(
            days=offset, working=draw(st.booleans()), delivery=draw(st.sampled_from(Delivery)),
            audience=draw(st.sampled_from([Audience.UNIT, Audience.UNIT, Audience.COORDINATOR])),
            channel=draw(st.sampled_from([None, None, "mail", "tgram"])),
        )
        for offset in offsets
    ]  # fmt: skip
    if draw(st.booleans()):
        rungs.append(
            Rung(
                days=25,
                audience=Audience.SUPERIOR,
                escalation=True,
                after_delivered=1,
                delivery=Delivery.ALONE,
            )
        )
    return Ladder(
        name="rieng", title="Riêng", rungs=tuple(rungs), announce=draw(st.booleans()),
        review=draw(st.sampled_from([(), ("06-15",), ("05-15", "06-15", "08-15")])),
    )  # fmt: skip


deadlines: st.SearchStrategy[Deadline] = st.one_of(
    st.builds(
        Fixed,
        date=days,
        bound=st.sampled_from(Bound),
        time=st.sampled_from([None, None, time(7), time(16, 30)]),
    ),
    st.builds(lambda day: Rule(rrule="FREQ=WEEKLY;INTERVAL=3;COUNT=4", start=day), days),
    st.just(Recurring(freq=Freq.DAILY)),
    st.builds(lambda day: Period(start=FIRST, end=day), days),
    st.builds(lambda day: Recurring(freq=Freq.MONTHLY, dates=(str(day),)), st.integers(1, 31)),
    st.just(Ongoing()),
    st.just(Relative(days=10, anchor="ngày nhận")),
)
specs = st.lists(
    st.tuples(deadlines, st.sampled_from([[A], [B], [A, B]]), st.sampled_from(["chuan", "gap", "bao-cao", "rieng"])),
    min_size=1, max_size=3,
)  # fmt: skip
overrides = st.dictionaries(st.dates(FIRST, END), st.booleans(), max_size=6)
kinds = st.sampled_from([
    "submit", "accept", "return", "suspend", "resume", "cancel", "reassign", "extend", "grant", "refuse", "calendar",
    "calendar", "ladder", "event", "add", "split", "amend", "away", "back", "reopen", "receive",
])  # fmt: skip
acts = st.lists(st.tuples(days, kinds, st.integers(1, 8)), min_size=3, max_size=14)


def put_years(url: str, wanted: Any, off: dict[date, bool], ladder: Ladder, rule: DaysOff, away: bool) -> int:
    with unit_of_work(url) as session:
        ladders.load_ladders(session, chasing.Rules.of(session, OFFICE), [ladder], at=AT, actor=SYSTEM)
        lines = [Override(day, works, "1/TB", date(2021, 4, 1)) for day, works in off.items()]
        rules = chasing.Rules.of(session, OFFICE)
        change_calendar(session, rules, changed(rules, lines), at=AT, actor=SYSTEM)
    given_ = [
        AssignmentSpec(code=f"II.{n}", units=units, deadlines=[due], ladder=name, undated=True)
        for n, (due, units, name) in enumerate(wanted, 1)
    ]
    cycle = put_in(url, *given_)
    with unit_of_work(url) as session:
        plans.plan_named(session, NUMBER).days_off = rule
        if away:
            keys = [absences.recipient_named(session, name) for name in ("a@so-a.example", "b@so-b.example")]
            absences.delegate(
                session, *keys, date(2021, 5, 3), date(2021, 5, 12), reason="nghỉ", at=AT, actor=SYSTEM
            )
    return cycle


Step = Callable[[Session, Any, Any, chasing.Rules, int], object]


TAKES = {
    "receive": {WorkState.ASSIGNED}, "submit": OPEN, "accept": {WorkState.SUBMITTED}, "return": {WorkState.SUBMITTED},
    "reopen": {WorkState.COMPLETED}, "suspend": OPEN, "resume": {WorkState.SUSPENDED}, "cancel": UNFINISHED,
    "reassign": UNFINISHED, "extend": UNFINISHED,
}  # fmt: skip
"""The states in which each move of an assignment can be made."""


def target(session: Session, kind: str, number: int) -> int:
    """The assignment, request or absence that this is about: one that can take it, if there is any."""
    match kind:
        case "grant" | "refuse":
            query = select(Extension.id).where(Extension.state == ExtensionState.REQUESTED)
        case "back":
            query = select(Absence.id)
        case _ if kind in TAKES:
            query = select(Assignment.id).where(col(Assignment.state).in_(TAKES[kind]))
        case _:
            return number
    if kind == "extend":
        query = query.where(col(Assignment.due_on).is_not(None))
    if kind == "reassign":
        query = query.where(Assignment.unit_id == 1)
    ids = [key for key in session.exec(query) if key]
    return sorted(ids)[number % len(ids)] if ids else number


def extend(session: Session, doer: Any, at: Any, number: int) -> None:
    found = session.get(Assignment, number)
    due = found.due_on if found and found.due_on else at.date()
    later = max(due, at.date()) + timedelta(days=5 + number % 20)
    extensions.ask(session, number, doer, at, new_due_on=later, reason="khó")


def change_day(session: Session, at: Any, rules: chasing.Rules, number: int) -> None:
    day = at.date() + timedelta(days=number)
    line = Override(day, not rules.calendar.is_working(day), f"{number}/TB", date(2021, 4, 1))
    change_calendar(session, rules, changed(rules, [line]), at=at, actor=SYSTEM)


def change_ladder(session: Session, at: Any, rules: chasing.Rules, number: int) -> None:
    own = Ladder(name="rieng", title="Khác", rungs=(Rung(days=-number), Rung(days=number)))
    ladders.load_ladders(session, rules, [own], at=at, actor=SYSTEM)


def with_year(session: Session) -> tuple[Any, Any]:
    plan = plans.plan_named(session, NUMBER)
    return plan, cycles.cycle_named(session, plan, YEAR)


def add(session: Session, doer: Any, at: Any, rules: chasing.Rules, number: int) -> None:
    new = items.NewItem(spec(f"III.{number}", Fixed(date=date(2021, 6, 20))), "Việc thêm")
    items.add_item(session, *with_year(session), new, doer, at, rules, reason="CV")


def split(session: Session, doer: Any, at: Any, rules: chasing.Rules, number: int) -> None:
    plan, cycle = with_year(session)
    item = plans.item_named(session, plan, f"II.{number % 3 + 1}")
    parts = [
        items.NewItem(
            spec(f"{item.code}.{part}", Fixed(date=date(2021, 6, 10 + part)), units=[A, B][:part]), "Phần"
        )
        for part in (1, 2)
    ]
    items.split_item(session, plan, cycle, item, parts, doer, at, rules, reason="chia việc")


def amend(session: Session, doer: Any, at: Any, rules: chasing.Rules, number: int) -> None:
    """A newer version: one task in other words, one on another day, one gone, one new, whichever there are."""
    old, cycle = with_year(session)
    words, gone = f"II.{number % 3 + 1}", f"II.{number % 2 + 2}"
    codes = [
        i.code for i in items_of(session, old.id or 0) if i.status is ItemStatus.ACCEPTED and i.code != gone
    ]
    later = {"due_text": "trước ngày 25/6/2021", "due": (Fixed(date=date(2021, 6, 24)),)}
    fresh = [
        draft_item(code, **({"text": f"Nhiệm vụ {code} theo hướng dẫn mới"} if code == words else {}))
        for code in codes if code != "II.1"
    ]  # fmt: skip
    moved = [draft_item("II.1", **(later if number % 2 else {}))]
    text = draft(items=[*moved, *fresh, draft_item("IV.1", text="Việc mới hẳn")], sha256=f"{number:064x}")
    new = plans.import_plan(session, text, at=at, actor=SYSTEM, new_version=True).plan
    pairs = amendment.propose_amendment(session, new, cycle)
    added = {"IV.1": spec("IV.1", Fixed(date=date(2021, 6, 15)), groups=["cac-so"])}
    amendment.accept_amendment(session, new, cycle, pairs, doer, at, rules, reason="CV 9", specs=added)


def leave(session: Session, at: Any, number: int) -> None:
    """The mailbox of one unit is away for some days, from today or soon."""
    here, there = ("a@so-a.example", "b@so-b.example") if number % 2 else ("b@so-b.example", "binh")
    keys = [absences.recipient_named(session, name) for name in (here, there)]
    first = at.date() + timedelta(days=number % 3)
    absences.delegate(
        session, *keys, first, first + timedelta(days=number * 3), reason="nghỉ", at=at, actor=SYSTEM
    )


def event(session: Session, doer: Any, at: Any, rules: chasing.Rules, number: int) -> None:
    plan, cycle = with_year(session)
    waiting = [
        i for i in items_of(session, plan.id or 0) if i.deadlines and i.deadlines[0]["kind"] == "relative"
    ]
    item = waiting[0] if waiting else plans.item_named(session, plan, f"II.{number % 3 + 1}")
    items.set_event(session, plan, cycle, item, date(2021, 5, number), doer, at, rules)


STEPS: dict[str, tuple[str, Step]] = {
    "receive": (MINH, lambda s, d, at, r, n: moves.receive(s, n, d, at)),
    "submit": (LAN, lambda s, d, at, r, n: moves.submit(s, n, d, at, note="xong")),
    "accept": (MAI, lambda s, d, at, r, n: moves.accept(s, n, d, at, r)),
    "return": (MAI, lambda s, d, at, r, n: moves.send_back(s, n, d, at, r, "thiếu")),
    "reopen": (MAI, lambda s, d, at, r, n: moves.reopen(s, n, d, at, r, "nhầm")),
    "suspend": (LAN, lambda s, d, at, r, n: moves.suspend(s, n, d, at, r, "chờ")),
    "resume": (LAN, lambda s, d, at, r, n: moves.resume(s, n, d, at, r)),
    "cancel": (LAN, lambda s, d, at, r, n: moves.cancel(s, n, d, at, r, "thôi")),
    "reassign": (LAN, lambda s, d, at, r, n: moves.reassign(s, n, s.get_one(Unit, 2), d, at, r, "đúng việc")),
    "extend": (LAN, lambda s, d, at, r, n: extend(s, d, at, n)),
    "grant": (MAI, lambda s, d, at, r, n: extensions.answer(s, n, d, at, r, grant=True)),
    "refuse": (MAI, lambda s, d, at, r, n: extensions.answer(s, n, d, at, r, grant=False, words="không")),
    "split": (LAN, split),
    "amend": (LAN, amend),
    "away": (LAN, lambda s, d, at, r, n: leave(s, at, n)),
    "back": (LAN, lambda s, d, at, r, n: absences.end_absence(s, n, at=at, actor=SYSTEM)),
    "calendar": (LAN, lambda s, d, at, r, n: change_day(s, at, r, n)),
    "ladder": (LAN, lambda s, d, at, r, n: change_ladder(s, at, r, n)),
    "event": (LAN, event),
    "add": (LAN, add),
}


def act(url: str, day: date, kind: str, number: int) -> None:
    """Somebody does something at 11:00; what is refused leaves no trace."""
    who, step = STEPS[kind]
    at = moment(day, 11)
    with suppress(Refused), unit_of_work(url) as session:
        chosen = target(session, kind, number)
        step(session, people.doer(session, who), at, chasing.Rules.of(session, OFFICE), chosen)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("years")


@given(specs, overrides, own_ladder(), st.sampled_from(DaysOff), st.booleans(), acts)
@settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking whole years takes longer than reading one
)  # fmt: skip
def test_what_was_sent_is_what_was_signed_less_what_was_void_and_says_why(
    sqlite_template: Path, folder: Path, wanted: Any, off: dict[date, bool], ladder: Ladder, rule: DaysOff, away: bool,
    done: list[tuple[date, str, int]],
) -> None:  # fmt: skip
    url = f"sqlite:///{shutil.copy(sqlite_template, folder / f'{uuid4().hex}.db')}"
    try:
        cycle = put_years(url, wanted, off, ladder, rule, away)
        arm(url)
        today = AT.date()
        for day, kind, number in sorted(done):
            live(url, today, day)
            act(url, day, kind, number)
            today = day
        live(url, today, END)
        hold(url, cycle)
    finally:
        engine_for(url).dispose()


def told_otherwise(session: Session) -> bool:
    """Whether an absence was made or ended after the year was signed."""
    entries = select(Ledger.seq).where(col(Ledger.action).startswith("absence."))
    armed = session.exec(select(Ledger.seq).where(Ledger.action == "cycle.armed")).one()
    return any(seq > armed for seq in session.exec(entries))


def hold(url: str, cycle: int) -> None:
    """Every line of the signed list has its one end, and nothing else about a first deadline went out."""
    with reading(url) as session:
        lines = [json.loads(line) for line in cycles.signed_lines(session, session.get_one(Cycle, cycle))]
        anew = {row.assignment_id for row in session.exec(select(Replanned))}
        moved = told_otherwise(session)

    def whom(keys: Iterable[Any]) -> set[Any]:
        """The lines by who gets them; without that where somebody went away or came back after the signing."""
        return {key[:4] if moved else key for key in keys}

    rows = {(n.assignment_id, n.version, n.rung, n.day.isoformat(), n.recipient): n for n in notices(url)}
    signed = {(*line[:4], line[4]) for line in lines if line[5] <= moment(END).isoformat()}
    sent = {key for key, n in rows.items() if n.state is NoticeState.ACCEPTED}
    void = {key for key, n in rows.items() if n.state in {NoticeState.VOID, NoticeState.UNREACHABLE}}
    ours = {line[0] for line in lines}
    first = {key for key in sent if key[1] == 1 and ":" not in key[2] and key[0] in ours - anew}
    assert whom(first) <= whom(signed)
    assert whom(signed) - whom(sent) <= whom(void)
    assert moved or first == {key for key in signed - void if key[0] not in anew}
    assert all(rows[key].reason for key in void)
    assert {n.state for n in rows.values()} <= {
        NoticeState.ACCEPTED,
        NoticeState.VOID,
        NoticeState.UNREACHABLE,
    }
    found = compared(url, cycle, moment(END))
    assert (found.missing, found.unplanned) == ([], [])
    assert broken(url) == []
