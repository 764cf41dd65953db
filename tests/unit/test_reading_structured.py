"""The YAML form: everything comes back, and a broken file tells all that is wrong with it at once."""

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.draft import DraftDocument, DraftItem, PlanDraft, Section
from documents.errors import DocumentError, Spoken
from documents.structured import from_yaml, to_yaml
from plan.deadlines import Bound, Fixed, Freq, Ongoing, Other, Period, Recurring, Relative
from tests.unit.reading import read

EVERY_KIND = (
    Fixed(date=dt.date(2026, 5, 20), bound=Bound.BEFORE, time=dt.time(17)),
    Period(start=dt.date(2026, 1, 1)),
    Recurring(freq=Freq.YEARLY, dates=("12-15",), bound=Bound.BEFORE),
    Recurring(freq=Freq.WEEKLY, weekdays=(5,)),
    Ongoing(),
    Relative(days=-10, working=True, anchor="ngày bầu cử"),
    Other(text="theo kế hoạch riêng"),
)


def test_a_draft_written_and_read_back_is_the_same():
    draft = read(
        "I. NHIỆM VỤ\n1. Sở Y tế: kiểm tra chợ, báo cáo UBND tỉnh (qua Sở Nội vụ) trước ngày 15 hằng tháng.\n"
    )
    assert from_yaml(to_yaml(draft)) == draft.model_copy(update={"text": ""})


def test_every_kind_of_deadline_comes_back():
    item = DraftItem(code="I.1", section=(Section(mark="I", title="Chung"),), text="Làm: gấp", due=EVERY_KIND)
    draft = PlanDraft(document=DraftDocument(number="1/KH"), items=(item,))
    assert from_yaml(to_yaml(draft)) == draft


@given(st.text(min_size=1, max_size=200).filter(lambda s: s.isprintable()))
def test_any_words_come_back(words: str):
    draft = PlanDraft(document=DraftDocument(title=words), items=(DraftItem(code="1", text=words),))
    assert from_yaml(to_yaml(draft)) == draft


def test_all_errors_are_told_at_once_each_with_its_line():
    text = (
        "document:\n  date: 2026-02-30\n  nmuber: 3\nitems:\n- code: a\n  text: b\n  due:\n  - kind: fixed\n    date: 2026-13-01\n"
        "    colour: red\n- text: c\n  text: d\n"
    )
    with pytest.raises(DocumentError) as error:
        from_yaml(text)
    assert [
        (p.where, p.what.split("'")[1] if "'" in p.what else p.what.split(":")[0])
        for p in error.value.problems
    ] == [
        ("line 2", "document.date"),
        ("line 3", "nmuber"),
        ("line 9", "items.0.due.0.fixed.date"),
        ("line 10", "colour"),
        ("line 11", "code"),
        ("line 12", "text"),
    ]
    said = [p.vi for p in error.value.problems if isinstance(p, Spoken)]
    assert len(said) == 6
    assert said[3] == "dòng 10: không có khóa 'colour' (ở items.0.due.0.fixed.colour)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [",
        "- 1",
        "3",
        "document: {}\nitems: !!python/name:os.system x",
        "? [a]\n: b",
        "a: &a [*a]",
        "a: *b",
    ],
)
def test_anything_else_is_refused_in_words(text: str):
    with pytest.raises(DocumentError) as error:
        from_yaml(text)
    assert error.value.problems


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader_of_yaml(text: str):
    with suppress(DocumentError):
        from_yaml(text)
