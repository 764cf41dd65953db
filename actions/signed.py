"""The list that was signed when a year was armed: written once, by day, and read back day by day."""

import zlib
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.cycles import Cycle, Simulation, SimulationDay
from plan.signed import SignedDay, SignedLine, by_day, decoded
from plan.simulation import SimulatedNotice


def sign(
    session: Session, cycle: Cycle, notices: Sequence[SimulatedNotice], digest: str, at: datetime
) -> Simulation:
    """Store the list with its hash, and each day of it by itself, so that a page reads only the days it shows."""
    lines = sorted(n.line() for n in notices)
    row = Simulation(
        plan_id=cycle.plan_id, year=cycle.year, sha256=digest, notices=len(lines), lines=_packed(lines), made_at=at
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(_row(row.id or 0, day) for day in by_day(lines))
    return row


def _packed(lines: Sequence[str]) -> bytes:
    return zlib.compress("\n".join(lines).encode())


def _row(simulation: int, day: SignedDay) -> SimulationDay:
    return SimulationDay(
        simulation_id=simulation, day=date.fromisoformat(day.day), notices=day.notices, void=day.void,
        alone=day.alone, digests=day.digests, unreachable=day.unreachable, lines=_packed(day.lines),
    )  # fmt: skip


def signed_simulation(session: Session, cycle: Cycle) -> Simulation | None:
    """The list that was signed when the cycle was armed."""
    return session.get(Simulation, cycle.simulation_id) if cycle.simulation_id else None


def signed_lines(session: Session, cycle: Cycle) -> list[str]:
    """The lines of that list."""
    row = signed_simulation(session, cycle)
    return _unpacked(row.lines) if row else []


def _unpacked(lines: bytes) -> list[str]:
    return zlib.decompress(lines).decode().splitlines()


def signed_days(session: Session, cycle: Cycle) -> Sequence[SimulationDay]:
    """Each day of the list in force with its counts; of a list signed before days were kept, cut anew."""
    query = select(SimulationDay).where(SimulationDay.simulation_id == cycle.simulation_id)
    kept = session.exec(query.order_by(col(SimulationDay.day))).all()
    return kept or [_row(cycle.simulation_id or 0, day) for day in by_day(signed_lines(session, cycle))]


def lines_of(day: SimulationDay) -> list[SignedLine]:
    """The lines of one day."""
    return decoded(_unpacked(day.lines))
