"""No text whatever stops the reader, and time grows with the length of the text and no faster."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.deadlines import find_due, parse_deadlines
from documents.draft import as_json
from documents.read import read_plan
from documents.structured import from_yaml, to_yaml
from tests.unit.reading import HEAD, source

WORDS = [
    "I.", "II.", "1.", "1.1.", "a)", "-", "+", "*", "(1)", "|", "\n", "\n\n", "\t", "Điều 1.", "PHỤ LỤC", "KẾ HOẠCH", "Phần I",
    "NHIỆM VỤ", "TỔ CHỨC THỰC HIỆN", "Sở Y tế", "các sở, ban, ngành", "UBND cấp xã", "chủ trì", "phối hợp với", "Giao", "và", ",", ";",
    ":", ".", "./.", "Đơn vị chủ trì:", "Thời gian:", "Sản phẩm:", "Nội dung:", "trước ngày", "15/11", "31/02/2026", "quý II", "2026",
    "hằng năm", "định kỳ", "thường xuyên", "6 tháng", "ngày", "tháng 5", "báo cáo", "tổng hợp", "(qua", ")", "Nơi nhận:", "TM.",
    "TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian", "trong thời hạn", "10 ngày", "kể từ ngày", "sau khi", "…", "\u0301", "\x00", "🌳",
]  # fmt: skip
plans = st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(plans, st.text(max_size=600), plans.map(lambda t: HEAD + t)))
def test_any_text_gives_a_draft_whose_tasks_stand_where_they_say(text: str):
    draft = read_plan(source(text))
    for item in draft.items:
        assert " ".join(text[item.start : item.end].split()) == item.text
        assert item.rule
    assert from_yaml(to_yaml(draft)) == draft.model_copy(update={"text": ""})
    assert as_json(draft)["items"] is not None


@settings(deadline=None)
@given(st.one_of(plans, st.text(max_size=200)))
def test_any_phrase_gives_deadlines(phrase: str):
    parse_deadlines(phrase, year=2026)
    found = find_due(phrase, year=2026)
    assert found is None or found.due


@pytest.mark.parametrize("words", WORDS)
def test_one_word_said_very_often_takes_no_more_than_its_share_of_time(words: str):
    began = time.process_time()
    read_plan(source("I. NHIỆM VỤ\n1. Giao " + (words + " ") * 4000))
    assert time.process_time() - began < 8


@pytest.mark.parametrize(
    "line", ["|\n", "- a\n", "1. Sở Y tế họp.\n", "| a |\n", "|\na\n", "PHỤ LỤC\n", "Thời gian:\n", "(\n\n"]
)
def test_one_line_printed_very_often_takes_no_more_than_its_share_of_time(line: str):
    began = time.process_time()
    read_plan(source(HEAD + "I. NHIỆM VỤ\n" + line * 15000))
    assert time.process_time() - began < 8


def test_a_plan_of_three_hundred_pages_is_read_in_time_and_twice_the_text_takes_about_twice_the_time():
    page = "".join(
        f"{n}. Nhóm việc {n}\n- Sở Y tế chủ trì, phối hợp với các sở, ngành kiểm tra đợt {n}, báo cáo UBND tỉnh trước ngày 15/11 hằng năm.\n"
        for n in range(1, 12)
    )
    spent: list[float] = []
    for pages in (150, 300):
        began = time.process_time()
        draft = read_plan(source("I. NHIỆM VỤ\n" + page * pages))
        spent.append(time.process_time() - began)
        assert len(draft.items) == 11 * pages
    assert spent[1] < 10
    assert spent[1] < 4 * spent[0]


def test_a_word_of_labels_said_over_and_over_takes_no_time() -> None:
    """Each space could once be read in two ways, so that 25 of them took the machine for good."""
    from documents.labels import label_at_start

    assert label_at_start("tổ chức " * 25) is None
    assert label_at_start("Chủ trì " + "thực hiện, triển khai " * 12) is None
