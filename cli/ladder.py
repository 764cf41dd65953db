"""`dondoc ladder`: the lists of days on which notices are owed, and whom they are for."""

from dataclasses import asdict
from pathlib import Path

from cyclopts import App
from sqlmodel import select

from actions.chasing import Rules
from actions.directory import load_yaml
from actions.errors import NotFound, Problem, Refused
from actions.ladders import choose_ladder, load_ladders, preview_ladders, read_ladders, remove_ladder
from actions.plans import plan_named
from cli.assignment import unit_coded
from cli.files import text_of
from cli.here import acting, open_place
from cli.show import Output, confirm, print_json, say, table, tell
from models.database import reading, unit_of_work
from models.people import Unit
from models.plans import Plan
from models.standing import ladders
from models.year import LadderChoice
from plan.choice import DEFAULTS, ItemClass
from plan.ladder import LADDERS, Ladder

app = App(name="ladder")


@app.command(name="list")
def list_(*, output: Output = "text") -> None:
    """List the ladders: those that ship with the program and the office's own. (Danh sách)"""
    with reading(open_place().url) as session:
        known = ladders(session)
    table(
        (
            {
                "name": ladder.name, "title": ladder.title, "own": LADDERS.get(name) != ladder,
                "rungs": " ".join(step for rung in ladder.rungs for step, _ in rung.steps()),
            }
            for name, ladder in known.items()
        ),
        output,
    )  # fmt: skip


@app.command
def show(name: str, *, output: Output = "text") -> None:
    """Show the rungs of a ladder. (Xem bậc nhắc)"""
    with reading(open_place().url) as session:
        known = ladders(session)
    if name not in known:
        raise NotFound([Problem(
            f"there is no ladder {name}; known: {', '.join(known)}", f"không có bậc nhắc {name}; có: {', '.join(known)}"
        )])  # fmt: skip
    ladder = known[name]
    if output == "json":
        print_json(ladder)
        return
    table(_rows(ladder), "text", title=f"{ladder.name} · {ladder.title}")
    tell(
        f"Rà soát nhiệm vụ không thời hạn: {', '.join(ladder.review) or 'không'}",
        f"Review of undated tasks: {', '.join(ladder.review) or 'none'}",
    )


def _rows(ladder: Ladder) -> list[dict[str, object]]:
    return [
        {
            "rung": " ".join(step for step, _ in rung.steps()), "audience": rung.audience,
            "channel": rung.channel or "", "delivery": rung.delivery,
            "days": say("làm việc", "working") if rung.working else say("lịch", "calendar"),
            "after_delivered": rung.after_delivered if rung.escalation else "",
        }
        for rung in ladder.rungs
    ]  # fmt: skip


@app.command
def load(file: Path, *, yes: bool = False, by: str | None = None, output: Output = "text") -> int:
    """Load own ladders from YAML; which notices of running years move is listed first. (Nạp bậc nhắc)

    Parameters
    ----------
    file
        A YAML file with a list `ladders` of name, title, rungs, review, announce.
    yes
        Do not ask.
    """
    own = read_ladders(load_yaml(text_of(file), file.name), file.name)
    place = open_place()
    with reading(place.url) as session:
        moved = preview_ladders(session, Rules.of(session, place.hours), own)
    if output == "json":
        print_json(
            {"ladders": [ladder.name for ladder in own], "notices": [asdict(n) for n in moved.notices]}
        )
    else:
        tell(f"{len(own)} bậc nhắc; {len(moved.notices)} lượt nhắc đang chạy sẽ đổi ngày.",
             f"{len(own)} ladders; {len(moved.notices)} notices of running years would move.")  # fmt: skip
    if moved.notices and not confirm("Áp dụng thay đổi này?", "Apply this change?", yes=yes):
        return 1
    with unit_of_work(place.url) as session:
        load_ladders(
            session, Rules.of(session, place.hours), own, at=place.now, actor=acting(session, by, place)
        )
    if output == "text":
        tell("Đã nạp.", "Loaded.")
    return 0


@app.command
def choose(
    name: str | None = None, *, plan: str | None = None, unit: str | None = None, item_class: ItemClass | None = None,
    by: str | None = None,
) -> None:  # fmt: skip
    """Choose the ladder of new assignments for a plan, a unit, a class of items or any together. (Chọn bậc nhắc)

    Parameters
    ----------
    name
        The ladder; without it the choice is taken back.
    item_class
        report (comes round), dated, undated.
    """
    if plan is None and unit is None and item_class is None:
        raise Refused.because(
            "name a --plan, a --unit or an --item-class", "hãy nêu --plan, --unit hoặc --item-class"
        )
    place = open_place()
    with unit_of_work(place.url) as session:
        choose_ladder(
            session, name, plan=plan_named(session, plan) if plan else None,
            unit=unit_coded(session, unit) if unit else None, item_class=item_class, known=ladders(session),
            at=place.now, actor=acting(session, by, place),
        )  # fmt: skip
    tell("Đã ghi nhận; việc giao từ nay theo lựa chọn này.", "Recorded for assignments made from now on.")


@app.command
def choices(*, output: Output = "text") -> None:
    """List the choices, the nearest wins: a unit's, a plan's, a class's, the default. (Các lựa chọn)"""
    with reading(open_place().url) as session:
        query = (
            select(LadderChoice, Plan, Unit)
            .outerjoin(Plan, Plan.id == LadderChoice.plan_id)  # pyright: ignore[reportArgumentType]
            .outerjoin(Unit, Unit.id == LadderChoice.unit_id)  # pyright: ignore[reportArgumentType]
        )
        rows = [
            {
                "plan": p.number if p else "",
                "unit": u.code if u else "",
                "class": c.item_class or "",
                "ladder": c.ladder,
            }
            for c, p, u in session.exec(query)
        ]
    rows += [{"plan": "", "unit": "", "class": kind, "ladder": ladder} for kind, ladder in DEFAULTS.items()]
    table(rows, output)


@app.command
def remove(name: str, *, by: str | None = None) -> None:
    """Remove an own ladder that nothing uses; one that ships comes back in its first form. (Bỏ bậc nhắc)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        remove_ladder(session, name, at=place.now, actor=acting(session, by, place))
    tell("Đã bỏ.", "Removed.")
