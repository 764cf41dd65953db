"""`dondoc cycle`: a plan's year: simulate, arm, disarm, compare, rehearse."""

from collections.abc import Sequence
from pathlib import Path

from cyclopts import App
from sqlmodel import Session, col, select

from actions import cycles
from actions.chasing import Rules
from actions.plans import plan_named
from cli.here import acting, open_place
from cli.show import Output, complain, confirm, err, out, print_json, progress, say, table, tell
from deployments.kick import kick
from models.cycles import Cycle
from models.database import reading, unit_of_work
from models.plans import Plan
from plan.recipients import shown
from plan.simulation import SimulatedNotice, local_hour, sha256, totals
from tasks.place import Place

app = App(name="cycle")

FOUND_WRONG = 5


def _cycle(session: Session, plan: str, year: int | None) -> tuple[Plan, Cycle]:
    found = plan_named(session, plan)
    return found, cycles.cycle_named(session, found, year or found.signed_on.year)


@app.command(name="list")
def list_(*, output: Output = "text") -> None:
    """List the cycles. (Danh sách chu kỳ)"""
    with reading(open_place().url) as session:
        query = select(Cycle, Plan).join(Plan, col(Plan.id) == col(Cycle.plan_id)).order_by(col(Cycle.year))
        rows = session.exec(query).all()
    table(
        ({"plan": p.number, "year": c.year, "state": c.state, "armed_at": c.armed_at} for c, p in rows),
        output,
    )


@app.command
def simulate(plan: str, *, year: int | None = None, output: Output = "text") -> None:
    """List every notice of the year, without sending anything. (Mô phỏng)

    Parameters
    ----------
    year
        The year; the year of signing if left out.
    """
    place = open_place()
    with reading(place.url) as session:
        found, cycle = _cycle(session, plan, year)
        notices = cycles.simulate_cycle(session, cycle, place.now, place.hours)
        problems = cycles.arming_problems(session, cycle, found, Rules.of(session, place.hours))
    if output == "json":
        print_json(
            {
                "sha256": sha256(notices),
                "notices": [_json(n) for n in notices],
                "problems": [p.en for p in problems],
            }
        )
        return
    table(map(_row, sorted(notices, key=lambda n: (n.send_after, n.item_code))), "text")
    _summary(notices)
    if problems:
        complain([str(getattr(p, say("vi", "en"))) for p in problems])


def _row(n: SimulatedNotice) -> dict[str, object]:
    return {
        "day": n.day, "hour": local_hour(n), "item": n.item_code, "unit": n.unit, "rung": n.rung,
        "recipient": shown(n.address) or say("KHÔNG CÓ", "NOBODY"), "delivery": n.delivery, "why": n.void or n.why,
    }  # fmt: skip


def _json(n: SimulatedNotice) -> dict[str, object]:
    return {
        "assignment": n.assignment_id, "item": n.item_code, "unit": n.unit, "occurrence": n.occurrence, "rung": n.rung,
        "day": n.day, "hour": local_hour(n), "recipient": shown(n.address) or None, "channel": n.channel or None,
        "delivery": n.delivery, "why": n.why, "void": n.void or None,
    }  # fmt: skip


def _summary(notices: Sequence[SimulatedNotice]) -> None:
    t = totals(notices)
    tell(f"\n{t.notices} thông báo: {t.alone} gửi riêng, còn lại trong {t.digests} thư tổng hợp; "
         f"{t.unreachable} không có người nhận; {t.void} đã qua.",
         f"\n{t.notices} notices: {t.alone} by themselves, the rest in {t.digests} digests; "
         f"{t.unreachable} unreachable; {t.void} passed.")  # fmt: skip
    tell(f"SHA-256 của danh sách: {sha256(notices)}", f"SHA-256 of the list: {sha256(notices)}")


@app.command
def arm(
    plan: str, *, year: int | None = None, sha: str | None = None, yes: bool = False, by: str | None = None,
    output: Output = "text",
) -> int:  # fmt: skip
    """Sign the simulated list and put the year into force; one Prefect deployment per item follows. (Kích hoạt)

    Parameters
    ----------
    sha
        The hash of the list that was simulated: another list is refused.
    yes
        Do not ask.
    """
    place = open_place()
    with reading(place.url) as session:
        found, cycle = _cycle(session, plan, year)
        notices = cycles.simulate_cycle(session, cycle, place.now, place.hours)
    if output == "text":
        _summary(notices)
        if not confirm("Ký danh sách này và kích hoạt?", "Sign this list and arm the year?", yes=yes):
            return 1
    with unit_of_work(place.url) as session:
        found, cycle = _cycle(session, plan, year)
        armed = cycles.arm(
            session,
            found,
            cycle,
            at=place.now,
            actor=acting(session, by, place),
            hours=place.hours,
            expected=sha,
        )
    _engine(place)
    if output == "json":
        print_json({"sha256": armed.sha256, "notices": armed.notices, "new": armed.new})
    elif armed.new:
        tell(
            f"Đã kích hoạt: {armed.notices} thông báo, SHA-256 {armed.sha256}.",
            f"Armed: {armed.notices} notices, SHA-256 {armed.sha256}.",
        )
    else:
        tell(f"Đã kích hoạt từ trước, SHA-256 {armed.sha256}.", f"Armed before, SHA-256 {armed.sha256}.")
    return 0


def _engine(place: Place) -> None:
    """Let the engine follow: with a bar where it answers, by its next regular run where it does not."""
    with progress("Tạo deployment cho từng nhiệm vụ", "Making a deployment per item") as bar:
        reached = kick(
            place.settings, lambda done, total: bar.update(bar.task_ids[0], completed=done, total=total)
        )
    if not reached:
        err.print(say("Prefect chưa chạy; khi `dondoc up` chạy, các lượt nhắc sẽ được tạo.",
                      "Prefect does not answer; `dondoc up` will make the wakes."), markup=False)  # fmt: skip


@app.command
def disarm(plan: str, *, year: int | None = None, reason: str, by: str | None = None) -> None:
    """Take an armed year back, before the first notice has gone out. (Hủy kích hoạt)"""
    place = open_place()
    with unit_of_work(place.url) as session:
        _, cycle = _cycle(session, plan, year)
        cycles.disarm(session, cycle, at=place.now, actor=acting(session, by, place), reason=reason)
    tell("Đã hủy kích hoạt; chưa có thông báo nào được gửi.", "Disarmed; no notice had gone out.")


@app.command
def compare(plan: str, *, year: int | None = None, output: Output = "text") -> int:
    """Hold the signed list against what has happened; a missing notice is an incident (exit code 5). (Đối chiếu)"""
    place = open_place()
    with reading(place.url) as session:
        _, cycle = _cycle(session, plan, year)
        compared = cycles.compare(session, cycle, place.now)
    if output == "json":
        print_json({"planned": compared.planned, "ends": compared.by_end, "missing": compared.missing})
    else:
        table(({"end": end, "notices": count} for end, count in compared.by_end.items()), "text")
        for line in compared.missing:
            out.print(say("THIẾU: ", "MISSING: ") + line, markup=False)
    return FOUND_WRONG if compared.missing else 0


@app.command
def rehearse(
    plan: str, *, year: int | None = None, answers: Path | None = None, until: str | None = None,
    home: Path | None = None, smtp: str | None = None, resume: bool = False, output: Output = "text",
) -> int:  # fmt: skip
    """Run the whole year through the real flows and the real engine in minutes, apart from everything live. (Diễn tập)

    Parameters
    ----------
    answers
        A YAML file that says how each unit answers: early, on-time, late, never, returned-once, asks-extension.
    until
        Stop after this day (2026-03-31); the end of the year if left out.
    home
        An empty folder for the rehearsal; a new one beside the live data if left out.
    smtp
        Deliver to this SMTP server on this machine (127.0.0.1:2525) and not into files.
    resume
        Go on with the rehearsal that was broken off in `home`.
    """
    from deployments.rehearsal import rehearse_plan

    result = rehearse_plan(
        open_place(), plan, year=year, answers=answers, until=until, home=home, smtp=smtp, resume=resume,
        say=lambda line: err.print(line, markup=False),
    )  # fmt: skip
    if output == "json":
        print_json(result.as_json())
    else:
        out.print(str(result), markup=False)
    return 0 if result.holds else FOUND_WRONG
