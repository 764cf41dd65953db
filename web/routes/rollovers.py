"""Next year's plan out of this year's: a diff that is gone through in parts, corrected in place, and accepted once."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions import rollover
from actions.errors import Problem, Refused
from actions.rollover_drafts import keep_rollover
from models.cycles import Cycle, CycleState
from models.year import Rollover
from plan.rollover import Change, Line
from web.deadline_words import all_in_words
from web.forms import Form
from web.pages import Phrases
from web.rolling import Typed, Work
from web.routes.years import the_year
from web.seen import must_be_same
from web.visit import Coordinating, Visit
from web.word_diff import Stretch, word_diff

router = APIRouter()

CHANGES: dict[str, tuple[str, str]] = {
    Change.KEPT: ("giữ nguyên", "kept"),
    Change.REDATED: ("đổi ngày", "re-dated"),
    Change.REWORDED: ("đổi câu chữ", "reworded"),
    Change.DROPPED: ("đề nghị bỏ", "dropped"),
}


FEW = 8
"""So many unfinished assignments of one item are each shown with a box; more have one box until they are opened."""
PART = 80
"""How many items one page shows, and sends back: a plan of any size is gone through in parts."""
HEAD = ("number", "signed_on", "title", "map", "until")
"""The fields about the whole plan."""


@dataclass(frozen=True)
class Shown:
    """One item of the proposal as the page shows it, with what has been typed about it."""

    line: Line
    words: list[Stretch]
    old_due: list[str]
    new_due: list[str]
    units: str
    typed: Typed
    boxes: bool


@router.get("/plans/{number}/years/{year}/rollover")
def show(number: int, year: int, visit: Coordinating) -> Response:
    """A part of the proposal for the year after, with what has been typed about it so far."""
    return _show(visit, number, year)


def _show(visit: Visit, number: int, year: int, problems: Sequence[Problem] = ()) -> Response:
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        plan, cycle = the_year(session, number, year)
        before = session.get(Rollover, cycle.id)
        next_plan = session.get_one(Cycle, before.to_cycle_id).plan_id if before else None
        work = Work.of(session, plan, cycle)
        here = work.lines[(_page(visit) - 1) * PART : _page(visit) * PART]
        return visit.page(
            "rollover.html", problems=[*problems, *work.problems], typed=_head(visit, work), plan=plan, cycle=cycle,
            year=year, next_plan=next_plan, spec=rollover.as_spec(session, plan, cycle, work.lines),
            shown=[_shown(line, work, visit, f) for line in here], changes=CHANGES,
            counts={c: sum(line.change is c for line in work.lines) for c in Change}, seen=work.mark,
            carried=sum(len(line.carried) for line in work.lines), names=work.matcher.names, page=_page(visit),
            pages=max(1, -(-len(work.lines) // PART)), touched=len(work.typed),
            armed=cycle.state is CycleState.ARMED,
        )  # fmt: skip


def _page(visit: Visit) -> int:
    asked = visit.form.text("page") or visit.request.query_params.get("page", "")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def _head(visit: Visit, work: Work) -> Form:
    """The fields about the whole plan: as they were just typed, else as they were kept."""
    return visit.form if visit.form.has("number") else work.head


def _shown(line: Line, work: Work, visit: Visit, f: Phrases) -> Shown:
    item = line.item.item_id
    typed = Typed.of_form(visit.form, line) if item in visit.form.numbers("shown") else work.typed_about(line)
    boxes = len(line.carried) <= FEW or _opened(visit) == item or 0 < len(typed.left) < len(line.carried)
    return Shown(
        line, word_diff(line.item.text, line.text), all_in_words(list(line.item.deadlines), f),
        all_in_words(list(line.deadlines), f), "; ".join(work.matcher.names.get(c, c) for c in line.units), typed,
        boxes,
    )  # fmt: skip


def _opened(visit: Visit) -> int | None:
    """The item whose assignments are chosen one by one."""
    asked = visit.request.query_params.get("open", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 12 else None


@router.post("/plans/{number}/years/{year}/rollover")
def work_on(number: int, year: int, visit: Coordinating) -> Response:
    """Keep what was typed about this part and go on to another; or make next year's draft out of all parts."""
    made: list[rollover.RolledOver] = []
    accepts = visit.form.text("do") == "accept"

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        plan, cycle = the_year(session, number, year)
        work = Work.of(session, plan, cycle)
        if accepts:
            must_be_same(work.mark, visit.form.text("seen"))
        shown = set(visit.form.numbers("shown"))
        typed = {
            line.item.item_id: Typed.of_form(visit.form, line)
            for line in work.lines
            if line.item.item_id in shown
        }
        head = Form.of({name: [visit.form.text(name)] for name in HEAD if visit.form.text(name)})
        now = work.changed(head, typed)
        now.must_be_understood(shown)
        keep_rollover(session, cycle, now.fields(), at=visit.at, actor=visit.actor)
        if accepts:
            spec = Work.of(session, plan, cycle).spec(session)
            made.append(rollover.accept_rollover(session, plan, cycle, spec, at=visit.at, actor=visit.actor))

    def then() -> str:
        return f"/plans/{made[0].plan.id}?year={year + 1}" if accepts else _there(visit, number, year)

    return visit.does(
        step, then, "rolled-over" if accepts else "kept", lambda p: _show(visit, number, year, p)
    )


def _there(visit: Visit, number: int, year: int) -> str:
    """Where a button of the form leads: to another part, or to the same with one item opened."""
    what, _, value = visit.form.text("do").partition(":")
    here = f"/plans/{number}/years/{year}/rollover"
    if what == "open" and value.isdigit():
        return f"{here}?page={_page(visit)}&open={value}#i-{value}"
    return f"{here}?page={value if what == 'page' and value.isdigit() else _page(visit)}"


@router.post("/plans/{number}/years/{year}/close")
def close(number: int, year: int, visit: Coordinating) -> Response:
    """Close a year in which nothing is unfinished any more."""

    def step(session: Session) -> None:
        visit.doer(session).must_coordinate()
        _, cycle = the_year(session, number, year)
        if not rollover.close_finished(session, cycle, visit.at, visit.actor):
            raise Refused.because(
                "something is unfinished, or the year does not run",
                "còn việc chưa xong, hoặc năm này chưa chạy",
            )

    return visit.does(
        step, f"/plans/{number}/years/{year}", "closed", lambda p: _show(visit, number, year, p), kick=True
    )
