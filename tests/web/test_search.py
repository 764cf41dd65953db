"""Search with and without accents, over plans, tasks, units and files."""

from models.database import reading
from tests.web.conftest import Console
from tests.web.test_plans import put_in
from tests.web.test_work import hand_in
from web.search import fold, search


def test_accents_and_cases_are_left_out():
    assert fold("  Báo cáo  QUÝ, Đường ") == "bao cao quy, duong"


def test_words_without_accents_find_tasks_plans_units_and_files(console: Console):
    lan = console.browser("lan")
    put_in(lan)
    hand_in(console)

    assert "Mở lớp bồi dưỡng cho cán bộ." in lan.get("/search?q=boi duong can bo").text
    assert ">20/KH-UBND</a>" in lan.get("/search?q=CÔNG TÁC BỒI DƯỠNG").text
    assert ">Sở B</a>" in lan.get("/search?q=so b").text
    assert ">kết quả.pdf</a>" in lan.get("/search?q=ket qua").text
    assert 'href="/assignments/3"' in lan.get("/search?q=3").text


def test_every_word_must_be_there(console: Console):
    lan = console.browser("lan")
    put_in(lan)
    page = lan.get("/search?q=boi duong hoi thi").text

    assert "Không tìm thấy gì" in page


def test_what_is_added_later_is_found_and_what_is_gone_is_not_shown(console: Console):
    lan = console.browser("lan")
    with reading(console.url) as session:
        assert search(session, console.url, "khao sat").nothing
    put_in(lan)
    with reading(console.url) as session:
        assert [h.item.code for h in search(session, console.url, "khao sat").tasks] == ["II.3"]


def test_nothing_typed_finds_nothing_and_nothing_breaks(console: Console):
    lan = console.browser("lan")

    for query in ("", "?q=", "?q=%25", "?q=%00", "?q=<script>", "?q=" + "9" * 90):
        page = lan.get(f"/search{query}")
        assert page.status_code == 200
        assert "<script>'" not in page.text


def test_a_units_person_does_not_search_the_office(console: Console):
    assert console.browser("minh").get("/search?q=a").status_code == 403
