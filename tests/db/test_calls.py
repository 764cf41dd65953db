"""A telephone call is a notice: it is kept, shown, and counts as telling the unit, once somebody has answered."""

from datetime import date, timedelta
from typing import Any

import pytest

from actions import decisions, moves
from actions.calls import log_call
from actions.errors import NotAllowed, Refused
from models.notices import Notice, NoticeState
from plan.kinds import NoticeKind
from tests.builders import (
    AT,
    LAN,
    MINH,
    armed,
    assignments,
    broken,
    by,
    deliver,
    live,
    moment,
    notices,
    told,
    wake,
)  # fmt: skip

LATE = moment("2021-05-27", 10)
"""A week after the deadline."""


def call(url: str, at: Any = LATE, who: str = LAN, **options: Any) -> Notice:
    return by(url, who, log_call, 1, at, **{"told": "bà Hoa, văn thư", **options})


def test_a_call_is_kept_as_a_notice_with_who_was_told_and_what(url: str) -> None:
    armed(url)
    call(url, words="hứa nộp thứ Sáu")
    (kept,) = notices(url)
    assert (kept.rung, kept.kind, kept.state, kept.address, kept.detail) == (
        "call:1", NoticeKind.OVERDUE, NoticeState.ACCEPTED, "bà Hoa, văn thư", "hứa nộp thứ Sáu",
    )  # fmt: skip
    assert told(url)[-1].action == "notice.called"
    assert "bà Hoa" not in told(url)[-1].data, "the ledger holds no names"
    assert broken(url) == []


def test_calls_are_numbered_and_take_no_place_of_a_rung(url: str) -> None:
    armed(url)
    call(url, AT)
    call(url, AT + timedelta(hours=1))
    live(url, date(2021, 4, 8), date(2021, 4, 8))
    assert [n.rung for n in notices(url)] == ["call:1", "call:2", "NEW"]


def test_a_call_counts_as_telling_the_unit_and_lets_a_waiting_escalation_go(url: str) -> None:
    armed(url)
    for day in ("2021-04-08", "2021-05-27"):
        wake(url, moment(day, 6))
        deliver(url, moment(day, 8))
    assert assignments(url)[0].escalation_waits
    call(url)
    live(url, date(2021, 5, 28), date(2021, 5, 28))
    assert [(n.rung, n.state) for n in notices(url, Notice.kind == NoticeKind.ESCALATION)] == [
        ("E+7", NoticeState.ACCEPTED)
    ]


def test_a_call_that_nobody_answered_counts_for_nothing(url: str) -> None:
    armed(url)
    for day in ("2021-04-08", "2021-05-27"):
        wake(url, moment(day, 6))
        deliver(url, moment(day, 8))
    assert call(url, reached=False).state is NoticeState.UNREACHABLE
    live(url, date(2021, 5, 28), date(2021, 5, 28))
    assert notices(url, Notice.kind == NoticeKind.ESCALATION) == []


def test_after_a_call_the_unit_can_still_be_nudged_in_writing(url: str) -> None:
    armed(url)
    call(url)
    by(url, LAN, decisions.nudge, 1, LATE, words="như đã trao đổi")
    assert [n.rung for n in notices(url)] == ["call:1", "overdue:2"]


def test_what_cannot_have_been_is_refused_with_every_reason_at_once(url: str) -> None:
    armed(url)
    by(url, MINH, moves.submit, 1, AT, note="xong")
    with pytest.raises(Refused) as refused:
        call(url, told=" ", called_at=LATE + timedelta(minutes=1))
    assert [problem.vi for problem in refused.value.problems] == [
        "việc giao số 1 không còn chờ đơn vị thực hiện, không cần nhắc",
        "hãy ghi tên người nghe điện thoại",
        "thời điểm gọi phải sau khi giao nhiệm vụ và không ở tương lai",
    ]


def test_a_unit_logs_no_calls(url: str) -> None:
    armed(url)
    with pytest.raises(NotAllowed):
        call(url, who=MINH)
