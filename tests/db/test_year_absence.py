"""Deputies in a time of absence: what reaches them, what they may do in the name of the unit, and how it is kept."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from actions import absences, disputes, extensions, moves, people, preview
from actions.chasing import Rules
from actions.errors import NotAllowed, Refused
from models.cycles import AssignmentMove
from models.database import reading, unit_of_work
from models.evidence import Submission
from models.explain import explain_assignment
from models.ledger import SYSTEM, Ledger
from models.people import Contact, Person
from models.queries import named
from plan.ladder import OFFICE
from plan.lifecycle import WorkState
from tests.builders import (
    AT,
    BINH,
    HOA,
    LAN,
    MAI,
    MINH,
    OFFICE_FILE,
    armed,
    broken,
    moment,
    put_in,
)

A_MAIL, B_MAIL, A_HEAD = "a@so-a.example", "b@so-b.example", "giam-doc@so-a.example"
AUDITOR = "\n  - {code: kim, name: Kim, role: auditor, address: kim@ubnd.example}\n"
DURING, AFTER = moment("2021-05-05"), moment("2021-05-11")


def away(
    url: str, who: str, deputy: str, first: str = "2021-05-01", last: str = "2021-05-10", at: Any = AT
) -> Any:
    with unit_of_work(url) as session:
        keys = [absences.recipient_named(session, name) for name in (who, deputy)]
        days = date.fromisoformat(first), date.fromisoformat(last)
        return absences.delegate(session, *keys, *days, reason="nghỉ phép", at=at, actor=SYSTEM)  # type: ignore[arg-type]


def as_(url: str, who: str, action: Any, at: Any, *args: Any, **options: Any) -> Any:
    with unit_of_work(url) as session:
        return action(session, 1, people.doer(session, who, at=at), at, *args, **options)


def last_entry(url: str, action: str) -> Ledger:
    with reading(url) as session:
        query = select(Ledger).where(Ledger.action == action).order_by(col(Ledger.seq).desc())
        return session.exec(query).first() or pytest.fail(f"no {action} in the ledger")


def test_a_deputy_hands_in_for_the_unit_and_is_recorded_as_such(url: str) -> None:
    armed(url)
    away(url, A_MAIL, HOA)
    as_(url, HOA, moves.receive, DURING)
    as_(url, HOA, moves.submit, DURING, note="đã xong")
    with reading(url) as session:
        (handed,) = session.exec(select(Submission)).all()
        steps = [
            (m.by, m.on_behalf) for m in session.exec(select(AssignmentMove).order_by(col(AssignmentMove.id)))
        ]
        (row,) = named(session)
        history = explain_assignment(session, row, DURING)["history"]
    assert (handed.submitted_by, handed.on_behalf) == ("person:4", "contact:1")
    assert steps == [("person:4", "contact:1")] * 2
    entry = last_entry(url, "evidence.submitted")
    assert (entry.who, '"on_behalf":"contact:1"' in entry.data) == ("person:4", True)
    assert any("handed in by person:4 for contact:1" in line["which"] for line in history)
    assert broken(url) == []


def test_a_deputy_asks_for_time_and_objects_for_the_unit(url: str) -> None:
    armed(url)
    away(url, A_MAIL, HOA)
    request = as_(url, HOA, extensions.ask, DURING, new_due_on=date(2021, 6, 30), reason="chờ số liệu")
    objection = as_(url, HOA, disputes.dispute, DURING, "việc của Sở khác")
    assert (request.requested_by, request.on_behalf) == ("person:4", "contact:1")
    assert (objection.raised_by, objection.on_behalf) == ("person:4", "contact:1")


@pytest.mark.parametrize("at", [moment("2021-04-30", 23, 59), AFTER], ids=["before", "after"])
def test_outside_the_days_of_absence_a_deputy_is_a_stranger(url: str, at: Any) -> None:
    armed(url)
    away(url, A_MAIL, HOA)
    with pytest.raises(NotAllowed, match="belongs to another unit"):
        as_(url, HOA, moves.receive, at)


def test_a_leader_who_stands_in_for_a_unit_acts_for_it_and_otherwise_only_looks(url: str) -> None:
    armed(url)
    away(url, A_MAIL, BINH)
    assert as_(url, BINH, moves.receive, DURING).state is WorkState.RECEIVED
    with pytest.raises(NotAllowed, match="only looks"):
        as_(url, BINH, moves.receive, AFTER)


def test_whoever_stands_in_for_a_deputy_who_is_away_too_acts_for_the_unit(url: str) -> None:
    armed(url)
    away(url, A_MAIL, B_MAIL)
    away(url, B_MAIL, BINH)
    assert as_(url, BINH, moves.receive, DURING).state is WorkState.RECEIVED
    with reading(url) as session:
        assert session.exec(select(AssignmentMove.on_behalf)).one() == "contact:1"


def test_a_mailed_link_to_a_deputy_answers_for_the_unit(url: str) -> None:
    armed(url)
    away(url, A_MAIL, B_MAIL)
    with unit_of_work(url) as session:
        deputy = session.exec(select(Contact).where(Contact.address == B_MAIL)).one()
        stands = people.stands_for(session, [f"contact:{deputy.id}"], DURING)
        moves.receive(session, 1, people.contact_doer(deputy, shared=True, stands_for=stands), DURING)
    entry = last_entry(url, "assignment.receive")
    assert (entry.who, entry.assurance) == (f"contact:{deputy.id}", "shared-link")
    assert '"on_behalf":"contact:1"' in entry.data


def test_a_person_of_the_unit_who_is_away_is_acted_for_like_its_mailbox(url: str) -> None:
    armed(url)
    away(url, MINH, HOA)
    as_(url, HOA, moves.receive, DURING)
    with reading(url) as session:
        minh = session.exec(select(Person).where(Person.code == MINH)).one()
        assert session.exec(select(AssignmentMove.on_behalf)).one() == f"person:{minh.id}"


def test_standing_in_for_a_superior_or_a_coordinator_gives_no_right_to_act(url: str) -> None:
    armed(url)
    away(url, A_HEAD, HOA)
    away(url, LAN, HOA)
    with pytest.raises(NotAllowed, match="another unit"):
        as_(url, HOA, moves.receive, DURING)
    with unit_of_work(url) as session, pytest.raises(NotAllowed, match="only a coordinator"):
        hoa, rules = people.doer(session, HOA, at=DURING), Rules.of(session, OFFICE)
        moves.accept(session, 1, hoa, DURING, rules)


def test_a_coordinator_who_stands_in_for_a_unit_does_not_review_what_they_handed_in(url: str) -> None:
    armed(url)
    away(url, A_MAIL, LAN)
    as_(url, LAN, moves.submit, DURING, note="xong")
    with unit_of_work(url) as session, pytest.raises(NotAllowed, match="handed this in yourself"):
        moves.accept(session, 1, people.doer(session, LAN, at=DURING), DURING, Rules.of(session, OFFICE))
    with unit_of_work(url) as session:
        moves.accept(session, 1, people.doer(session, MAI, at=DURING), DURING, Rules.of(session, OFFICE))
    assert '"on_behalf"' not in last_entry(url, "assignment.accept").data


def test_deputies_in_a_circle_are_refused_by_name(url: str) -> None:
    put_in(url)
    away(url, A_MAIL, B_MAIL)
    with pytest.raises(Refused) as refused:
        away(url, B_MAIL, A_MAIL)
    (problem,) = refused.value.problems
    names = f"Văn thư Sở B <{B_MAIL}> → Văn thư Sở A <{A_MAIL}> → Văn thư Sở B <{B_MAIL}>"
    assert problem.en == f"they would stand in for each other on the same days: {names}"
    assert problem.vi == f"những người này thay lẫn nhau trong cùng thời gian: {names}"


def test_an_auditor_stands_in_for_nobody_and_two_deputies_on_one_day_are_refused(url: str) -> None:
    put_in(url, office=OFFICE_FILE.rstrip() + AUDITOR)
    away(url, A_MAIL, B_MAIL)
    with pytest.raises(Refused) as refused:
        away(url, A_MAIL, "kim")
    assert [p.en for p in refused.value.problems] == [
        f"Văn thư Sở A <{A_MAIL}> is stood in for from 2021-05-01 to 2021-05-10 already",
        "Kim is an auditor, who looks on and does not act for anybody",
    ]


def test_a_preview_shows_which_notices_go_to_the_deputy_and_writes_nothing(url: str) -> None:
    armed(url)
    with unit_of_work(url) as session:
        rules = Rules.of(session, OFFICE)
        who, deputy = (absences.recipient_named(session, name) for name in (A_MAIL, B_MAIL))
        (effect,) = preview.preview(
            session,
            lambda: absences.delegate(
                session, who, deputy, date(2021, 5, 1), date(2021, 5, 19), reason="", at=AT, actor=SYSTEM
            ),
            AT, rules, absences.assignments_of_absent(session, who),
        )  # fmt: skip
        assert absences.known_absences(session) == []
    changes = [(old.rung, old.to, new.to) for old, new in effect.readdressed]
    assert changes == [("T-7", (A_MAIL,), (B_MAIL,)), ("T-3", (A_MAIL,), (B_MAIL,))]
    assert (effect.told, len(effect.gone), len(effect.added)) == ((), 2, 2)


def test_what_a_unit_without_deputy_did_is_on_nobodys_behalf(url: str) -> None:
    armed(url, at=AT)
    away(url, A_MAIL, HOA)
    as_(url, MINH, moves.receive, DURING)
    with reading(url) as session:
        assert session.exec(select(AssignmentMove.on_behalf)).one() == ""
