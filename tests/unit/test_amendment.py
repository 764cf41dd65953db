"""Two versions of a plan side by side: paired by what they say, judged by their days and units."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from plan.amendment import Fate, Side, compare
from plan.deadlines import Fixed

TEXTS = (
    "Xây dựng kế hoạch thông tin đối ngoại năm 2021 của thành phố",
    "Tổ chức tập huấn nghiệp vụ cho cán bộ các phường, xã",
    "Tổng hợp dư luận báo chí trong và ngoài nước",
    "Bố trí kinh phí thực hiện từ ngân sách địa phương",
)


def side(number: int, text: str = "", **changes: Any) -> Side:
    return Side(**{"item_id": number, "code": f"II.{number}", "text": text or TEXTS[number % 4], **changes})


def fates(old: list[Side], new: list[Side]) -> list[tuple[str, str]]:
    return [(pair.code, str(pair.fate)) for pair in compare(old, new)]


def test_items_are_known_by_their_words_when_the_numbers_change() -> None:
    old = [side(1), side(2), side(3)]
    new = [side(11, TEXTS[3]), side(12, TEXTS[1]), side(13, TEXTS[2])]
    pairs = compare(old, new)
    assert [(p.old.item_id if p.old else 0, p.fate) for p in pairs] == [
        (3, Fate.REWORDED),
        (1, Fate.REWORDED),
        (2, Fate.REWORDED),
    ]
    assert {p.fields for p in pairs} == {("code",)}


def test_other_days_and_other_units_are_changes_other_words_are_not() -> None:
    old = [side(1, due_text="trước ngày 20/5", lead=("Sở A",)), side(2), side(3, lead=("Sở A",))]
    new = [
        side(1, due_text="trước ngày 30/6", lead=("Sở A",)),
        side(2, TEXTS[2] + " và ở nước ngoài"),
        side(3, lead=("Sở B",)),
    ]
    assert fates(old, new) == [("II.1", "changed"), ("II.2", "reworded"), ("II.3", "changed")]


def test_white_space_and_capitals_are_no_difference() -> None:
    assert fates([side(1, "Tổ chức  tập huấn,")], [side(1, "TỔ CHỨC TẬP HUẤN")]) == [("II.1", "unchanged")]


def test_what_a_person_decided_about_the_days_is_no_change_of_the_text() -> None:
    old = side(1, due_text="trong tháng 5", deadlines=(Fixed(date=date(2021, 5, 15)),))
    assert fates([old], [side(1, due_text="Trong tháng 5", deadlines=(Fixed(date=date(2021, 5, 31)),))]) == [
        ("II.1", "unchanged")
    ]


def test_what_is_new_is_added_and_what_is_gone_is_dropped_under_its_own_name() -> None:
    assert fates([side(1), side(2)], [side(2), side(1, "Mua sắm trang thiết bị văn phòng")]) == [
        ("II.2", "unchanged"), ("II.1", "added"), ("drop:II.1", "dropped")
    ]  # fmt: skip


@given(st.lists(st.sampled_from(TEXTS), max_size=6), st.lists(st.sampled_from(TEXTS), max_size=6))
def test_every_item_of_both_versions_stands_in_exactly_one_pair(before: list[str], after: list[str]) -> None:
    old = [side(n, text) for n, text in enumerate(before, 1)]
    new = [side(n, text) for n, text in enumerate(after, 101)]
    pairs = compare(old, new)
    assert sorted(p.old.item_id for p in pairs if p.old) == [s.item_id for s in old]
    assert [p.new.item_id for p in pairs if p.new] == [s.item_id for s in new]
    assert len({p.code for p in pairs}) == len(pairs)


@given(st.lists(st.sampled_from(TEXTS), max_size=6))
def test_a_version_beside_itself_is_unchanged(texts: list[str]) -> None:
    items = [side(n, text) for n, text in enumerate(texts, 1)]
    assert {p.fate for p in compare(items, items)} <= {Fate.UNCHANGED}
