"""`dondoc amendment`: a newer version of a plan against its running year."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cyclopts import App
from sqlmodel import Session

from actions import amendment
from actions.assigning import AssignmentSpec, read_assignments
from actions.chasing import Rules
from actions.directory import load_yaml
from actions.errors import NotFound
from actions.people import Doer
from actions.plans import plan_named
from cli.effects import show_effects
from cli.files import decoded
from cli.here import doing, open_place
from cli.show import Output, confirm, print_json, shorten, table, tell
from models.cycles import Cycle
from models.database import reading, unit_of_work
from models.plans import Plan
from plan.amendment import Pair

app = App(name="amendment")


def _proposed(session: Session, plan: str, year: int | None) -> tuple[Plan, Cycle, list[Pair]]:
    new = plan_named(session, plan)
    _, cycle = amendment.running_version(session, new, year or new.signed_on.year)
    return new, cycle, amendment.propose_amendment(session, new, cycle)


def _side_by_side(session: Session, plan: str, year: int | None) -> list[Pair]:
    try:
        return _proposed(session, plan, year)[2]
    except NotFound:
        pairs = amendment.compare_with_before(session, plan_named(session, plan))
        if not pairs:
            raise
        return pairs


@app.command
def show(plan: str, *, year: int | None = None, output: Output = "text") -> None:
    """Show the newest version beside the one that runs: unchanged, changed, added, dropped. (So sánh)

    Import the newer text first: dondoc plan import FILE --new-version. Where no version runs in the year yet, the
    newest stands beside the one before it.
    """
    with reading(open_place().url) as session:
        pairs = _side_by_side(session, plan, year)
    if output == "json":
        print_json([{
            "code": p.code, "fate": p.fate, "fields": p.fields, "alike": p.alike,
            "old": vars(p.old) if p.old else None, "new": vars(p.new) if p.new else None,
        } for p in pairs])  # fmt: skip
        return
    table(map(_row, pairs), "text")


def _row(pair: Pair) -> dict[str, object]:
    return {
        "code": pair.code, "fate": pair.fate, "differs": ", ".join(pair.fields), "alike": pair.alike or "",
        "old": f"{pair.old.code} {shorten(pair.old.text, 45)} [{pair.old.due_text or ''}]" if pair.old else "",
        "new": f"{shorten(pair.new.text, 45)} [{pair.new.due_text or ''}]" if pair.new else "",
    }  # fmt: skip


@app.command
def accept(
    plan: str, *codes: str, reason: str, year: int | None = None, file: Path | None = None, preview: bool = False,
    yes: bool = False, by: str | None = None,
) -> int:  # fmt: skip
    """Take items of the newer version over into the running year: those named, or all. (Chấp nhận)

    Parameters
    ----------
    codes
        The codes as `amendment show` gives them; all if left out.
    reason
        Why, or the paper that says so.
    file
        A YAML file with units and deadlines of added and changed items, as for `item assign`.
    preview
        Only show what would change, for whom.
    yes
        Do not ask.
    """
    specs = _specs(file)

    def step(session: Session, doer: Doer, at: datetime, rules: Rules) -> amendment.Amended:
        return _take(session, plan, year, codes, doer, at, rules, reason, specs)

    if preview or not yes:
        show_effects(by, step)
    if preview or not confirm("Áp dụng thay đổi này?", "Apply this change?", yes=yes):
        return 0 if preview else 1
    place = open_place()
    with unit_of_work(place.url) as session:
        done = step(session, doing(session, by, place), place.now, Rules.of(session, place.hours))
    fates = ", ".join(f"{count} {fate}" for fate, count in done.accepted.items())
    tell(f"{fates}: giữ {done.kept} việc giao, đóng {len(done.closed)}, giao mới {len(done.made)}.",
         f"{fates}: {done.kept} assignments go on, {len(done.closed)} closed, {len(done.made)} made.")  # fmt: skip
    return 0


def _specs(file: Path | None) -> list[AssignmentSpec]:
    if file is None:
        return []
    return read_assignments(load_yaml(decoded(file.read_bytes(), file.name), file.name), file.name).items


def _take(
    session: Session, plan: str, year: int | None, codes: Sequence[str], doer: Doer, at: datetime, rules: Rules,
    reason: str, specs: Sequence[AssignmentSpec],
) -> amendment.Amended:  # fmt: skip
    new, cycle, pairs = _proposed(session, plan, year)
    chosen = amendment.chosen_pairs(pairs, codes)
    by_code = {spec.code: spec for spec in specs}
    return amendment.accept_amendment(
        session, new, cycle, chosen, doer, at, rules, reason=reason, specs=by_code
    )
