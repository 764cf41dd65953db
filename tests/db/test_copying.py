"""A rehearsal starts from a copy of the year, and everything that decides who is told what and when is in it."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

import migrations
from actions import cycles
from deployments.copying import copy_cycle
from models.cycles import Assignment, Cycle, CycleState
from models.database import engine_for, reading, unit_of_work
from models.people import Contact
from models.plans import PlanItem
from models.year import Absence, ItemEvent
from plan.ladder import OFFICE
from tests import builders as b


@pytest.fixture
def copied(url: str, tmp_path: Path):
    """Puts the running year of `url` into an empty database of its own and answers that."""

    def make() -> str:
        target = f"sqlite:///{tmp_path / 'copy.db'}"
        migrations.upgrade(target)
        with reading(url) as source, unit_of_work(target) as session:
            copy_cycle(source, session, source.exec(select(Cycle).where(Cycle.year == b.YEAR)).one())
        return target

    yield make
    engine_for(f"sqlite:///{tmp_path / 'copy.db'}").dispose()


def absent(url: str) -> None:
    """Unit A's mailbox is unattended in May, its superior stands in; and a day is known on which something happens."""
    with unit_of_work(url) as session:
        box, chief = session.exec(select(Contact).order_by(col(Contact.id)).limit(2)).all()
        item = session.exec(select(PlanItem)).first()
        assert item is not None
        session.add(Absence(
            who=f"contact:{box.id}", deputy=f"contact:{chief.id}", first_day=date(2021, 5, 1), last_day=date(2021, 5, 31),
            made_by="operator", made_at=b.AT,
        ))  # fmt: skip
        session.add(ItemEvent(
            item_id=item.id or 0, anchor="Luật có hiệu lực", day=date(2021, 7, 1), set_by="operator", set_at=b.AT
        ))  # fmt: skip


def test_the_copy_gives_the_same_list_of_notices_with_deputies_in_their_days(url: str, copied):
    b.put_in(url)
    absent(url)
    target = copied()

    lists: list[list[tuple[str, str]]] = []
    for place in (url, target):
        with reading(place) as session:
            cycle = session.exec(select(Cycle)).one()
            lists.append([(n.line(), n.address) for n in cycles.simulate_cycle(session, cycle, b.AT, OFFICE)])
    assert lists[0] == lists[1]
    in_may = {address for line, address in lists[0] if "2021-05-1" in line}
    assert in_may == {"giam-doc@so-a.example"}
    with reading(target) as session:
        assert session.exec(select(ItemEvent.day)).all() == [date(2021, 7, 1)]


def test_what_was_moved_stands_where_it_was_first_and_what_was_carried_over_is_there(url: str, copied):
    cycle = b.armed(url)
    with unit_of_work(url) as session:
        first = session.exec(select(Assignment)).one()
        old = Cycle(plan_id=session.get_one(Cycle, cycle).plan_id, year=2020, state=CycleState.CLOSED)
        session.add(old)
        session.flush()
        given = first.model_dump(exclude={"id", "cycle_id", "replaces_id", "serial"})
        before = Assignment(**given, cycle_id=old.id or 0)
        session.add(before)
        session.flush()
        carried = Assignment(**given, cycle_id=cycle, serial=2, replaces_id=before.id)
        moved = Assignment(**given, cycle_id=cycle, serial=3, replaces_id=first.id)
        session.add_all((carried, moved))
        session.flush()
        wanted = {first.id, carried.id}
    target = copied()

    with reading(target) as session:
        found = session.exec(select(Assignment)).all()
        assert {a.id for a in found} == wanted
        assert {a.replaces_id for a in found} == {None}
