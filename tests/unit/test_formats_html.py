"""Saved web pages."""

import pytest

from documents.readers import read_source
from documents.readers.errors import UnknownEncoding
from documents.source import LineKind
from tests.unit.format_files import read_here


def page(body: str, head: str = '<meta charset="utf-8">') -> bytes:
    return f"<!DOCTYPE html><html><head><title>Trang</title>{head}</head><body>{body}</body></html>".encode()


def test_paragraphs_are_folded_and_breaks_kept() -> None:
    read = read_here(page("<h2>I. MỤC\n ĐÍCH</h2><p>một <b>hai</b>\n ba<br>bốn</p>cuối<div>x<p>y</p>z</div>"))
    assert read.words == ["I. MỤC ĐÍCH", "một hai ba", "bốn", "cuối", "x", "y", "z"]
    assert read.lines[0].kind is LineKind.HEADING


def test_lists_get_the_marks_that_a_browser_shows() -> None:
    read = read_here(
        page(
            "<ol><li>một<li>hai<ol type=a><li>a<li><p>b</p></ol></ol><ol start=5 type=I><li>năm</ol>"
            "<ul><li>gạch</ul><ul style='list-style-type: none'><li>trơn</ul>"
        )
    )
    assert read.words == ["1. một", "2. hai", "a. a", "b. b", "V. năm", "- gạch", "trơn"]


def test_tables_keep_their_spans() -> None:
    read = read_here(
        page(
            "<table><tr><td rowspan=2>A<td colspan=2>B</tr><tr><td>c<td>d<br>e</tr><tr><td>f<td>g<td></tr></table>"
        )
    )
    assert read.cells == {
        (0, 0): "A",
        (0, 1): "B",
        (1, 1): "c",
        (1, 2): "d / e",
        (2, 0): "f",
        (2, 1): "g",
        (2, 2): "",
    }
    assert [(line.colspan, line.rowspan) for line in read.lines][:2] == [(1, 2), (2, 1)]


def test_tables_that_only_lay_out_the_page_are_seen_through() -> None:
    inner = "<table><tr><td>1<td>Việc<td>Sở</tr><tr><td>2<td>Việc<td>Sở</tr></table>"
    read = read_here(page(f"<table><tr><td>{inner}<p>sau</p></td></tr></table>"))
    assert read.cells[1, 0] == "2"
    assert read.lines[-1].kind is LineKind.PARAGRAPH


def test_scripts_menus_and_hidden_parts_are_dropped() -> None:
    text = "Kế hoạch " * 30
    read = read_here(
        page(
            f"<nav>menu</nav><script>alert(1)</script><style>p{{}}</style><p style='display:none'>giấu</p>"
            f"<!-- ghi chú --><article><p>{text}</p></article><p>quảng cáo</p><footer>chân</footer>"
        )
    )
    assert read.words == [text.strip()]


def test_word_pages_keep_the_marks_that_word_wrote() -> None:
    made = page(
        "<p class=MsoListParagraph><![if !supportLists]><span style='mso-list:Ignore'>a)<span>&nbsp;&nbsp; </span></span><![endif]>nội dung<o:p></o:p></p>"
    )
    assert read_here(made).words == ["a) nội dung"]


@pytest.mark.parametrize("charset", ["windows-1258", "utf-16", "utf-8"])
def test_the_charset_is_found(charset: str) -> None:
    text = "Kế hoạch này của các đơn vị" if charset != "windows-1258" else "ngày tháng năm và các đơn vị của"
    body = f"<html><head><meta charset={charset}></head><body><p>{text}</p></body></html>"
    if charset == "windows-1258":
        from tests.unit.test_formats_text import windows_1258

        data = windows_1258(body)
    else:
        data = body.encode(charset)
    assert read_source(data, "a.html").text.strip() == text


def test_a_western_page_is_read_in_its_own_charset() -> None:
    data = "<html><head><meta charset=iso-8859-1></head><body><p>café</p></body></html>".encode("latin-1")
    assert read_here(data).words == ["café"]
    with pytest.raises(UnknownEncoding):
        read_here(data.replace(b"iso-8859-1", b"utf-8"))


def test_old_fonts_are_read_as_they_look() -> None:
    made = page(
        "<p><font face='.VnTime'>KÕ ho¹ch</font> <span style=\"font-family:'VNI-Times'\">naêm</span></p>"
    )
    assert read_here(made).words == ["Kế hoạch năm"]


def test_a_web_archive_gives_its_page() -> None:
    data = (
        b'From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b; type="text/html"\r\n\r\n'
        b"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<html><body><p>K=E1=BA=BF ho=E1=BA=A1ch</p></body></html>\r\n--b--\r\n"
    )
    source = read_source(data, "a.mht")
    assert (source.format, source.text.strip()) == ("mhtml", "Kế hoạch")


def test_deep_nesting_ends_in_text_or_in_words() -> None:
    read = read_here(page("<div>" * 5_000 + "đáy" + "</div>" * 5_000))
    assert "đáy" in read.text
