"""Small rules of the pages: the order of Vietnamese names, days as people write them, deadlines in words, names matched."""

import ast
import re
from datetime import date, time
from pathlib import Path

import pytest
from starlette.datastructures import FormData

from actions.errors import Refused
from models.database import reading
from models.plans import PlanItem
from plan.deadlines import Bound, Deadline, Fixed, Freq, Ongoing, Other, Period, Recurring, Relative
from plan.lifecycle import Event
from tests import builders as b
from tests.web.conftest import Console
from web.deadline_words import in_words
from web.forms import Form
from web.ledger_words import ACTIONS, about, content
from web.matching import Matcher, split
from web.pages import Phrases
from web.paper import rows
from web.reason_words import reason
from web.sorting import vietnamese
from web.uploads import plain_name


def test_names_stand_in_the_order_of_the_dictionary():
    names = ["Đỗ", "Dung", "Ánh", "An", "Âu", "Ăn", "Lý", "Lý Nam", "Vũ", "Án", "Ơn", "Oanh"]

    assert sorted(names, key=vietnamese) == [
        "An",
        "Án",
        "Ánh",
        "Ăn",
        "Âu",
        "Dung",
        "Đỗ",
        "Lý",
        "Lý Nam",
        "Oanh",
        "Ơn",
        "Vũ",
    ]


@pytest.mark.parametrize("typed", ["2021-05-20", "20/5/2021", "20.05.2021", "20-5-2021"])
def test_days_are_read_as_browsers_and_as_people_write_them(typed: str):
    assert Form(FormData({"day": typed})).day("day") == date(2021, 5, 20)


@pytest.mark.parametrize("typed", ["31/2/2021", "mai", "20/5", "5/20/2021"])
def test_what_is_no_day_is_refused_in_words(typed: str):
    with pytest.raises(Refused, match="is not a day"):
        Form(FormData({"day": typed})).day("day")


@pytest.mark.parametrize(("deadline", "words"), [
    (Fixed(date=date(2026, 11, 20)), "chậm nhất ngày 20/11/2026"),
    (Fixed(date=date(2026, 11, 20), bound=Bound.BEFORE, time=time(16)), "trước 16 giờ 00 ngày 20/11/2026"),
    (Period(start=date(2026, 4, 1), end=date(2026, 6, 30)), "từ 01/04/2026 đến 30/06/2026"),
    (Recurring(freq=Freq.QUARTERLY, dates=("15",), bound=Bound.BEFORE), "hằng quý, trước ngày 15"),
    (Recurring(freq=Freq.YEARLY, dates=("12-15",)), "hằng năm, chậm nhất ngày 15/12"),
    (Recurring(freq=Freq.WEEKLY, weekdays=(5,)), "hằng tuần, thứ Sáu"),
    (Ongoing(), "thường xuyên, không có ngày cụ thể"),
    (Relative(days=10, working=True, anchor="ngày ký"), "10 ngày làm việc kể từ: ngày ký"),
    (Other(text="khi có yêu cầu"), "chưa thành ngày được: “khi có yêu cầu”"),
])  # fmt: skip
def test_a_deadline_is_said_as_it_was_understood(deadline: Deadline, words: str):
    assert in_words(deadline, Phrases("vi", b.AT)) == words


def test_units_are_known_by_every_name_they_have(console: Console):
    with reading(console.url) as session:
        found = Matcher(session).match(["sở  a", "CÁC SỞ", "Sở Aa", "Trạm vũ trụ"])

    assert (found.units, found.groups) == ([b.A], ["cac-so"])
    assert found.unknown == {"Sở Aa": "Sở A", "Trạm vũ trụ": ""}
    assert not found.whole


def test_names_are_separated_by_lines_and_semicolons():
    assert split("Sở A; Sở B\n Sở Văn hóa, Thể thao và Du lịch ;") == [
        "Sở A",
        "Sở B",
        "Sở Văn hóa, Thể thao và Du lịch",
    ]


def test_items_are_marked_where_they_stand_each_beside_its_words_and_overlapping_ones_once():
    def item(start: int | None, end: int | None) -> PlanItem:
        return PlanItem(plan_id=1, code="x", position=1, text="t", start=start, end=end)

    text = "a\n2. bc\n6 d"
    first, inside, last, lost = item(5, 7), item(6, 7), item(10, 99), item(None, None)
    found = [(r.before, r.marked, r.after, r.items) for r in rows(text, [last, first, inside, lost])]

    assert found == [
        ("", "", "a\n", []), ("2. ", "bc", "\n", [first, inside]), ("6 ", "d", "", [last]), ("", "", "", [lost]),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "plain"), [
    ("../../etc/passwd", "passwd"), ("C:\\Báo cáo\\quý.pdf", "quý.pdf"), ("a\x00b\u202e.pdf", "ab.pdf"), ("", "tep"),
])  # fmt: skip
def test_a_files_name_is_only_a_name(name: str, plain: str):
    assert plain_name(name) == plain
    assert len(plain_name("d" * 500 + ".pdf")) == 160


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("completed 2026-01-16", "đã hoàn thành ngày 16/01/2026"),
        ("extended to 2026-07-15", "đã gia hạn đến 15/07/2026"),
        ("extended to", "đã gia hạn đến"),
        (
            "told before; planned anew: calendar changed by 12/TB",
            "đã báo trước đó; tính lại: lịch làm việc đổi theo 12/TB",
        ),
        ("set aside: sending it broke (OSError) 3 times", "đã gác lại: gửi hỏng 3 lần (OSError)"),
        ("thư lạ", "thư lạ"),
    ],
)
def test_reasons_are_told_in_the_readers_language(kept: str, said: str):
    assert reason(kept, Phrases("vi", b.AT)) == said
    assert reason(kept, Phrases("en", b.AT)) == kept


def test_every_action_in_the_ledger_has_words():
    calls = (
        node
        for root in ("actions", "tasks", "web")
        for path in (Path(__file__).parents[2] / root).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record"
    )
    parts = (part for call in calls for given in call.args for part in ast.walk(given))
    named = {
        p.value
        for p in parts
        if isinstance(p, ast.Constant) and re.fullmatch(r"[a-z-]+\.[a-z-]+", str(p.value))
    }
    moves = {f"assignment.{event}" for event in Event}

    assert len(named) > 60
    assert (named | moves) - set(ACTIONS) == set()


def test_a_ledger_rows_content_is_told_in_words():
    f = Phrases("vi", b.AT)
    kept = '{"reason":"","year":2026,"papers":["a","b"],"old":{"x":1},"la":"é"}'

    assert content(kept, f) == [("năm", "2026"), ("tệp", "a, b"), ("cũ", '{"x": 1}'), ("la", "é")]
    assert about("run:01a2164b-7246-7043-bb5e", f) == "lượt chạy 01a2164b…"
    assert about("assignment:7", Phrases("en", b.AT)) == "assignment 7"
