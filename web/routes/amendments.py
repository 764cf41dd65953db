"""A newer version of a plan against its running year: side by side, looked at, accepted one by one or all at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions import amendment
from actions.errors import Problem, Refused
from actions.preview import Effect
from models.database import unit_of_work
from models.plans import Plan
from plan.amendment import Fate, Pair
from web.amending import Amending, proposed, specs_of
from web.changes import in_words
from web.deadline_words import all_in_words
from web.deciding import Said
from web.forms import FieldProblem
from web.matching import Matcher, split
from web.pages import Phrases
from web.plan_pages import chosen_year, given_to, how_many, the_plan
from web.visit import Coordinating, Visit
from web.word_diff import Stretch, word_diff

router = APIRouter()

FATES: dict[Fate, tuple[str, str]] = {
    Fate.UNCHANGED: ("không đổi", "unchanged"),
    Fate.REWORDED: ("sửa câu chữ", "reworded"),
    Fate.CHANGED: ("đổi hạn hoặc đơn vị", "changed"),
    Fate.ADDED: ("thêm mới", "added"),
    Fate.DROPPED: ("không còn", "dropped"),
}


@dataclass(frozen=True)
class Shown:
    """One pair as the page shows it; `units` and `due` are what its fields begin with."""

    pair: Pair
    words: list[Stretch]
    old_due: list[str]
    new_due: list[str]
    units: str
    due: str

    @property
    def wants_units(self) -> bool:
        """Whether new assignments are made for it."""
        return self.pair.fate in {Fate.ADDED, Fate.CHANGED}


@router.get("/plans/{number}/amendment")
def show(number: int, visit: Coordinating) -> Response:
    """The newer version beside the one that runs."""
    return _show(visit, number)


def _show(
    visit: Visit,
    number: int,
    problems: Sequence[Problem] = (),
    effects: Sequence[Effect] | None = None,
    seen: str = "",
) -> Response:
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        new = the_plan(session, number)
        running, cycle, pairs = proposed(session, new, chosen_year(visit, new))
        matcher, now = Matcher(session), given_to(session, cycle, how_many(session, cycle))
        return visit.page(
            "amendment.html", problems=problems, typed=visit.form, plan=new, running=running, cycle=cycle,
            year=cycle.year, pairs=[_shown(p, matcher, now, f) for p in pairs], fates=FATES,
            counts={fate: sum(p.fate is fate for p in pairs) for fate in Fate},
            lines=in_words(effects, f) if effects is not None else None, seen=seen,
            picked=set(visit.form.all("pick")) if visit.form.typed() else {p.code for p in pairs},
        )  # fmt: skip


def _shown(pair: Pair, matcher: Matcher, now: dict[int, list[str]], f: Phrases) -> Shown:
    old, new = pair.old, pair.new
    stays = "; ".join(now.get(old.item_id, [])) if old else ""
    lead = new.lead if new and (old is None or "lead" in pair.fields) else ()
    return Shown(
        pair, word_diff(old.text if old else "", new.text if new else ""),
        all_in_words(list(old.deadlines), f) if old else [], all_in_words(list(new.deadlines), f) if new else [],
        matcher.words(matcher.match(lead)) if lead else stays, (new.due_text or "") if new else "",
    )  # fmt: skip


@router.post("/plans/{number}/amendment")
def accept(number: int, visit: Coordinating) -> Response:
    """Show what the ticked changes would do, and with `go` make them, as long as they still do what was shown."""
    if not visit.form.checked("go"):
        try:
            return _show(visit, number, (), *_look(visit, number))
        except Refused as error:
            return visit.refused(error, lambda p: _show(visit, number, p))

    def step(session: Session) -> None:
        asked, doer, rules = _asked(session, visit, number), visit.doer(session), visit.rules(session)
        asked.make(session, doer, visit.at, rules, visit.form.text("seen"))

    return visit.does(
        step, lambda: f"/plans/{number}?year={visit.form.text('year')}", "amended",
        lambda p: _again(visit, number, p), kick=True,
    )  # fmt: skip


def _again(visit: Visit, number: int, problems: Sequence[Problem]) -> Response:
    """The page once more, with what it would do now where that can be said."""
    try:
        return _show(visit, number, problems, *_look(visit, number))
    except Refused:
        return _show(visit, number, problems)


def _look(visit: Visit, number: int) -> tuple[list[Effect], str]:
    with unit_of_work(visit.url) as session:
        asked = _asked(session, visit, number)
        looked = asked.look(session, visit.doer(session), visit.at, visit.rules(session))
        session.rollback()
    return looked


def _asked(session: Session, visit: Visit, number: int) -> Amending:
    """The ticked changes with what was typed about them; raises :class:`Refused` with what is wrong."""
    new = the_plan(session, number)
    _, cycle, pairs = proposed(session, new, chosen_year(visit, new))
    codes = visit.form.all("pick")
    if not codes:
        raise Refused.because("tick at least one change", "hãy đánh dấu ít nhất một thay đổi")
    if not visit.form.text("reason"):
        raise Refused([FieldProblem("give the reason or paper", "hãy nêu lý do hoặc văn bản", "reason")])
    chosen = amendment.chosen_pairs(pairs, codes)
    specs = specs_of(session, new, cycle, chosen, _said(visit, chosen))
    return Amending(new, cycle, chosen, specs, visit.form.text("reason"))


def _said(visit: Visit, chosen: Sequence[Pair]) -> dict[int, Said]:
    """What was typed about the units and days of added and changed items."""
    form = visit.form
    return {
        n: Said(
            split(form.text(f"units-{n}")),
            form.text(f"due-{n}") if form.has(f"due-{n}") else None,
            form.checked(f"undated-{n}"),
        )
        for n in (pair.new.item_id for pair in chosen if pair.new)
    }


def newer_than_running(session: Session, plan: Plan, year: int) -> bool:
    """Whether an older version of this plan runs in that year, so that this one is to be held against it."""
    try:
        running, _ = amendment.running_version(session, plan, year)
    except Refused:
        return False
    return running.version < plan.version
