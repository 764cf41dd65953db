"""The review of a document: decide beside the sentence, merge, split, add what was missed, and take it all back."""

import pytest
from sqlmodel import select

from models.database import reading
from models.plans import ItemStatus, PlanItem
from models.year import ItemLineage
from tests import builders as b
from tests.web.conftest import Browser, Console
from tests.web.test_plans import items, lan, plan

__all__ = ["lan", "plan"]
NUMBER = "20/KH-UBND"


def by_code(console: Console) -> dict[str, PlanItem]:
    return {i.code: i for i in items(console, NUMBER)}


def ids(console: Console, *codes: str) -> list[str]:
    known = by_code(console)
    return [str(known[code].id) for code in codes]


def decide(lan: Browser, plan: str, **fields: object):
    return lan.post(f"{plan}/decide", {"year": "2021", **fields}, page=plan)


def undo(lan: Browser, plan: str, console: Console, *codes: str):
    return lan.post(f"{plan}/undo", {"item": ",".join(ids(console, *codes)), "year": "2021"}, page=plan)


def test_each_task_stands_beside_its_sentence_with_why_it_was_read_so(lan: Browser, plan: str):
    page = lan.get(plan).text
    row = page.split('class="review-row"')[2]

    assert "Xây dựng tài liệu bồi dưỡng." in row
    assert "trước ngày 20/10/2021" in row
    assert "có các nhãn như “Đơn vị chủ trì”" in row


def test_one_is_accepted_as_read_and_work_goes_on_at_the_next(console: Console, lan: Browser, plan: str):
    first, second = ids(console, "II.1", "II.2")
    done = decide(lan, plan, accept=first)

    assert done.headers["location"].endswith(f"&undo={first}&said=decided#i-{second}")
    assert by_code(console)["II.1"].status is ItemStatus.ACCEPTED
    assert 'data-key="u"' in lan.get(done.headers["location"]).text


def test_units_that_nobody_knows_are_not_accepted_as_read(console: Console, lan: Browser, plan: str):
    refused = decide(lan, plan, accept=ids(console, "II.3")[0])

    assert refused.status_code == 422
    assert "chưa khớp đơn vị (Sở Ấy)" in refused.text


def test_ticked_ones_are_left_out_together_and_come_back_together(console: Console, lan: Browser, plan: str):
    decide(lan, plan, pick=ids(console, "II.1", "II.3"), deed="reject")
    assert by_code(console)["II.3"].status is ItemStatus.REJECTED

    undo(lan, plan, console, "II.1", "II.3")
    assert {i.status for i in items(console, NUMBER)} == {ItemStatus.DRAFT}
    assert [r.action for r in b.told(console.url)][-2:] == ["item.reconsidered"] * 2


def test_nothing_ticked_is_said(lan: Browser, plan: str):
    assert "Hãy đánh dấu ít nhất một nhiệm vụ" in decide(lan, plan, deed="merge").text


def test_two_are_merged_and_the_merge_is_undone(console: Console, lan: Browser, plan: str):
    decide(lan, plan, pick=ids(console, "II.1", "II.2"), deed="merge")
    made = by_code(console)["II.1+II.2"]
    assert made.text == "Xây dựng tài liệu bồi dưỡng. Mở lớp bồi dưỡng cho cán bộ."
    assert (made.lead, len(made.deadlines)) == (["Sở A", "Các Sở"], 2)
    page = lan.get(plan).text
    assert "gộp từ II.1, II.2" in page
    assert page.count("data-row ") == 2

    undo(lan, plan, console, "II.1+II.2")
    assert list(by_code(console)) == ["II.1", "II.2", "II.3"]
    assert {i.status for i in items(console, NUMBER)} == {ItemStatus.DRAFT}
    assert b.broken(console.url) == []


def test_what_is_decided_is_not_merged(console: Console, lan: Browser, plan: str):
    decide(lan, plan, accept=ids(console, "II.1")[0])
    refused = decide(lan, plan, pick=ids(console, "II.1", "II.2"), deed="merge")

    assert "Nhiệm vụ II.1 đã được quyết định" in refused.text


def test_one_is_split_by_lines_each_marked_where_its_words_stand(console: Console, lan: Browser, plan: str):
    address = f"{plan}/items/{ids(console, 'II.2')[0]}"
    parts = "Mở lớp bồi dưỡng\n\ncho cán bộ."
    done = lan.post(f"{address}/split", {"parts": parts, "year": "2021"}, page=address)
    assert "#i-" in done.headers["location"]
    known = by_code(console)
    text = lan.get(f"{plan}/text").text
    one, two = known["II.2.1"], known["II.2.2"]
    assert (text[one.start or 0 : one.end], text[two.start or 0 : two.end]) == (
        "Mở lớp bồi dưỡng",
        "cho cán bộ.",
    )
    assert one.lead == two.lead == ["Các Sở"]
    with reading(console.url) as session:
        assert {row.how for row in session.exec(select(ItemLineage))} == {"split"}

    undo(lan, plan, console, "II.2.2")
    assert list(by_code(console)) == ["II.1", "II.2", "II.3"]


def test_a_split_into_one_is_refused_and_nothing_typed_is_lost(console: Console, lan: Browser, plan: str):
    address = f"{plan}/items/{ids(console, 'II.2')[0]}"
    refused = lan.post(f"{address}/split", {"parts": "Mở lớp bồi dưỡng cho tất cả"}, page=address)

    assert "Hãy chia thành ít nhất hai phần" in refused.text
    assert ">Mở lớp bồi dưỡng cho tất cả</textarea>" in refused.text


def test_a_missed_task_is_marked_in_the_text_and_read(console: Console, lan: Browser, plan: str):
    done = lan.post(
        f"{plan}/add",
        {"sentence": "Khảo sát  <script>alert(1)</script>\nnhu cầu.", "code": "II.4", "year": "2021"},
        page=plan,
    )
    made = by_code(console)["II.4"]
    assert done.headers["location"].startswith(f"{plan}/items/{made.id}?")
    assert made.rule == "marked by hand"
    assert (made.start, made.end) == (by_code(console)["II.3"].start, by_code(console)["II.3"].end)

    undo(lan, plan, console, "II.4")
    assert "II.4" not in by_code(console)


@pytest.mark.parametrize(("fields", "said"), [
    ({"code": "II.9", "sentence": "Không hề có câu này"}, "Không thấy những chữ này trong văn bản"),
    ({"code": "II.1", "sentence": "nhu cầu."}, "Đã có nhiệm vụ II.1"),
    ({"code": "", "sentence": "nhu cầu."}, "Hãy ghi số mục"),
    ({"code": "II.9", "sentence": " "}, "Hãy bôi đen hoặc chép câu giao việc"),
])  # fmt: skip
def test_what_cannot_be_added_is_said_by_its_field(
    lan: Browser, plan: str, fields: dict[str, str], said: str
):
    refused = lan.post(f"{plan}/add", fields, page=plan)

    assert refused.status_code == 422
    assert said in refused.text
    assert 'href="#f-code"' in refused.text or 'href="#f-sentence"' in refused.text


def test_what_runs_is_not_taken_back(console: Console, lan: Browser):
    refused = lan.post("/plans/1/undo", {"item": "1", "year": "2021"}, page="/assignments")

    assert refused.status_code == 422
    assert "đang có hiệu lực trong năm 2021" in refused.text


def test_a_name_that_nobody_knows_gets_the_nearest_ones_to_choose_from(
    console: Console, lan: Browser, plan: str
):
    page = lan.get(f"{plan}/items/{ids(console, 'II.3')[0]}").text

    assert 'data-put="Sở A"' in page


def long_plan(lan: Browser) -> str:
    more = "\n".join(
        f"{n}. Xây dựng tài liệu số {part}{n}.\n- Đơn vị chủ trì: Sở A.\n- Thời gian hoàn thành: Tháng 10/2021."
        if n
        else f"I{part}. NHIỆM VỤ PHẦN {part}".replace("I1", "III").replace("I2", "IV")
        for part in ("1", "2")
        for n in range(71)
    )
    text = (
        "ỦY BAN NHÂN DÂN TỈNH BÌNH SƠN\nSố: 21/KH-UBND\n\nBình Sơn, ngày 6 tháng 4 năm 2021\n\nKẾ HOẠCH\n"
        f"Công tác năm 2021\n\nII. NHIỆM VỤ\n{more}\n\nTM. ỦY BAN NHÂN DÂN\nTrần Thị Cúc\n"
    )
    done = lan.post("/plans", files=[("document", ("dai.txt", text.encode()))])
    return done.headers["location"].partition("?")[0]


def test_a_long_plan_is_shown_in_parts(lan: Browser):
    address = long_plan(lan)
    first, second = lan.get(address).text, lan.get(f"{address}?page=2").text

    assert "Phần 1/2" in first
    assert "tài liệu số 270" not in first.split('class="review"')[1]
    assert "tài liệu số 270" in second


def test_an_address_of_one_task_opens_the_part_that_holds_it(console: Console, lan: Browser):
    address = long_plan(lan)
    before, last = items(console, "21/KH-UBND")[-2:]
    assert f'id="i-{last.id}"' not in lan.get(address).text
    assert f'id="i-{last.id}"' in lan.get(f"{address}?item={last.id}").text
    assert lan.get(f"{address}?item=%C2%B2").status_code == 200

    done = decide(lan, address, reject=str(before.id))
    assert f'id="i-{last.id}"' in lan.get(done.headers["location"]).text
