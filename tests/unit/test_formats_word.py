"""Word files: what is printed is what is read."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from documents.readers import read_source
from documents.readers.errors import Broken
from documents.readers.numbering import letters, roman, shown
from documents.source import LineKind
from tests.unit.format_files import number_paragraph, read_here, saved

W = nsdecls("w")


def body(*parts: str) -> bytes:
    """A Word file whose body is `parts`."""
    document = docx.Document()
    for part in parts:
        document.element.body.insert(len(document.element.body) - 1, parse_xml(part))
    return saved(document)


def p(inside: str, properties: str = "") -> str:
    return f"<w:p {W}><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def with_lists(levels: list[tuple[str, str, str]], extra: str = "") -> docx.document.Document:
    """A document with one list (numId 900) of `levels`: format, pattern, other properties."""
    document = docx.Document()
    root = document.part.numbering_part.element
    inside = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{pattern}"/></w:lvl>'
        for n, (form, pattern, more) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="900">{inside}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {W} w:numId="900"><w:abstractNumId w:val="900"/>{extra}</w:num>'))
    return document


def listed(document: docx.document.Document, *items: tuple[str, int], list_id: str = "900") -> None:
    for text, level in items:
        number_paragraph(document.add_paragraph(text), list_id, level)


def test_outline_numbers_are_written_as_word_prints_them() -> None:
    document = with_lists(
        [
            ("upperRoman", "%1.", ""),
            ("decimal", "%2.", ""),
            ("decimal", "%2.%3.", ""),
            ("lowerLetter", "%4)", ""),
            ("bullet", "-", ""),
        ]
    )
    listed(document, ("A", 0), ("a", 1), ("b", 1), ("b1", 2), ("b2", 2), ("x", 3), ("y", 3), ("z", 4))
    listed(document, ("B", 0), ("c", 1), ("c1", 2), ("w", 3))
    read = read_here(saved(document))
    assert read.words == [
        "I. A", "1. a", "2. b", "2.1. b1", "2.2. b2", "a) x", "b) y", "- z", "II. B", "1. c", "1.1. c1", "a) w",
    ]  # fmt: skip
    assert [line.mark for line in read.lines][:3] == ["I.", "1.", "2."]


def test_legal_numbers_never_restart_and_lists_start_where_told() -> None:
    document = with_lists(
        [("upperRoman", "%1.", ""), ("decimal", "%1.%2", '<w:isLgl/><w:lvlRestart w:val="0"/>')],
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride>',
    )
    listed(document, ("A", 0), ("a", 1), ("B", 0), ("b", 1))
    assert read_here(saved(document)).words == ["IV. A", "4.1 a", "V. B", "5.2 b"]


def test_a_paragraph_style_may_carry_the_numbers_and_a_paragraph_may_drop_them() -> None:
    document = docx.Document()
    document.add_paragraph("một", style="List Number")
    without = document.add_paragraph("không số", style="List Number")
    number_paragraph(without, "0", 0)
    document.add_paragraph("hai", style="List Number")
    document.add_paragraph("chấm", style="List Bullet")
    assert read_here(saved(document)).words == ["1. một", "không số", "2. hai", "• chấm"]


def test_a_column_numbered_by_word_keeps_its_numbers() -> None:
    document = with_lists([("decimal", "%1", "")])
    table = document.add_table(2, 2)
    for row, text in enumerate(("Việc A", "Việc B")):
        number_paragraph(table.cell(row, 0).paragraphs[0], "900", 0)
        table.cell(row, 1).text = text
    assert read_here(saved(document)).cells == {(0, 0): "1", (0, 1): "Việc A", (1, 0): "2", (1, 1): "Việc B"}


@pytest.mark.parametrize(
    ("count", "form", "printed"),
    [
        (4, "lowerRoman", "iv"), (1999, "upperRoman", "MCMXCIX"), (28, "lowerLetter", "bb"), (26, "upperLetter", "Z"),
        (7, "decimalZero", "07"), (25, "vietnameseCounting", "Hai mươi lăm"), (3, "none", ""), (3, "chicago", "3"),
    ],
)  # fmt: skip
def test_number_formats(count: int, form: str, printed: str) -> None:
    assert shown(count, form) == printed


def test_absurd_counts_stay_short() -> None:
    assert letters(10**9) == str(10**9)
    assert roman(10**9) == str(10**9)


def test_merged_cells_stand_once_and_say_how_far_they_reach() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for row in range(3):
        for col in range(3):
            table.cell(row, col).text = f"{row}{col}"
    for one, two in (((0, 1), (0, 2)), ((1, 0), (2, 0))):
        table.cell(*two).text = ""
        table.cell(*one).merge(table.cell(*two))
    read = read_here(saved(document))
    reach = {line.text: (line.row, line.col, line.colspan, line.rowspan) for line in read.lines}
    assert reach["01"] == (0, 1, 2, 1)
    assert reach["10"] == (1, 0, 1, 2)
    assert reach["21"] == (2, 1, 1, 1)
    assert len(read.lines) == 7


def test_edges_dragged_by_hand_are_one_column() -> None:
    def row(*spans: int) -> str:
        cells = "".join(
            f'<w:tc><w:tcPr><w:gridSpan w:val="{s}"/></w:tcPr>{p(r(f"s{n}"))}</w:tc>'
            for n, s in enumerate(spans)
        )
        return f"<w:tr>{cells}</w:tr>"

    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in (1000, 40, 3000, 2000))
    made = body(f"<w:tbl {W}><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{row(1, 2, 1)}{row(2, 1, 1)}</w:tbl>")
    assert sorted(read_here(made).cells) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_a_frame_is_no_table_and_an_inner_table_is_read_in_its_cell() -> None:
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "đóng khung"
    outer = document.add_table(2, 2)
    outer.cell(0, 0).text = "a"
    outer.cell(1, 1).add_table(1, 2).cell(0, 1).text = "trong"
    read = read_here(saved(document))
    assert read.lines[0].kind is LineKind.PARAGRAPH
    assert read.cells[1, 1] == "trong"


def test_tracked_changes_count_as_accepted() -> None:
    made = body(
        p(
            r("Sở ")
            + f'<w:ins w:id="1">{r("Tài chính")}</w:ins><w:del w:id="2"><w:r><w:delText>Nội vụ</w:delText></w:r></w:del>'
        ),
        p(f'<w:moveFrom w:id="3">{r("đi chỗ khác")}</w:moveFrom>' + r("ở lại")),
        p(r("một đoạn "), '<w:rPr><w:del w:id="5"/></w:rPr>'),
        p(r("bị nối")),
        p(f'<w:moveTo w:id="4">{r("đi chỗ khác")}</w:moveTo>'),
    )
    read = read_here(made)
    assert read.words == ["Sở Tài chính", "ở lại", "một đoạn bị nối", "đi chỗ khác"]
    assert any("track changes" in remark for remark in read.remarks)


def test_a_deleted_row_is_gone() -> None:
    rows = "".join(
        f"<w:tr><w:trPr>{gone}</w:trPr><w:tc>{p(r(text))}</w:tc><w:tc>{p(r('x'))}</w:tc></w:tr>"
        for text, gone in (("giữ", ""), ("xóa", '<w:del w:id="1"/>'), ("thêm", '<w:ins w:id="2"/>'))
    )
    read = read_here(body(f"<w:tbl {W}><w:tblPr/><w:tblGrid/>{rows}</w:tbl>"))
    assert [read.cells[row, 0] for row in range(2)] == ["giữ", "thêm"]


def test_text_boxes_are_read_once_after_their_paragraph() -> None:
    box = f"<w:txbxContent>{p(r('trong khung'))}</w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    wps = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    made = body(
        p(
            r("trước ")
            + f"<w:r><mc:AlternateContent {mc}><mc:Choice {wps} Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>"
            f"</mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
            + r("sau")
        )
    )
    assert read_here(made).words == ["trước sau", "trong khung"]


def test_hidden_text_field_codes_and_contents_are_left_out() -> None:
    made = body(
        p(r("Thấy") + r("Giấu", "<w:vanish/>")),
        p(
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>DATE \\@</w:instrText></w:r>"
            "<w:r><w:fldChar w:fldCharType='separate'/></w:r>" + r("15/11/2025")
        ),
        p("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>"),
    )
    assert read_here(made).words == ["Thấy", "15/11/2025", "a b", "c-d"]


def test_old_fonts_are_read_as_they_look() -> None:
    font = '<w:rFonts w:ascii="{}" w:hAnsi="{}"/>'
    made = body(
        p(r("KÕ ho¹ch ", font.format(".VnTime", ".VnTime")) + r("thực hiện")),
        p(r("céng hßa", font.format(".VnTimeH", ".VnTimeH"))),
        p(r("Keá hoaïch", font.format("VNI-Times", "VNI-Times"))),
    )
    assert read_here(made).words == ["Kế hoạch thực hiện", "CỘNG HÒA", "Kế hoạch"]


def test_headings_are_known_by_their_style() -> None:
    document = docx.Document()
    document.add_heading("MỤC ĐÍCH", 2)
    document.add_paragraph("nội dung")
    kinds = [line.kind for line in read_here(saved(document)).lines]
    assert kinds == [LineKind.HEADING, LineKind.PARAGRAPH]


def with_part(data: bytes, name: str, part: str) -> bytes:
    """The file with one more part in its archive."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, part)
    return out.getvalue()


def test_footnotes_follow_the_body_and_headers_are_dropped() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "ĐẦU TRANG"
    document.sections[0].footer.paragraphs[0].text = "CHÂN TRANG"
    document.add_paragraph("Câu có chú thích")
    document.paragraphs[0]._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    document.add_paragraph("câu sau")
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0">{p(r("-"))}</w:footnote>'
        f'<w:footnote w:id="2">{p(r("Lời chú"))}</w:footnote></w:footnotes>'
    )
    read = read_here(with_part(saved(document), "word/footnotes.xml", notes))
    assert read.words == ["Câu có chú thích", "câu sau", "[2] Lời chú"]
    assert read.lines[-1].kind is LineKind.NOTE


def test_macros_are_ignored_and_said() -> None:
    read = read_here(with_part(body(p(r("x"))), "word/vbaProject.bin", "Sub AutoOpen()"))
    assert read.words == ["x"]
    assert any("macro" in remark for remark in read.remarks)


def test_a_word_file_is_read_whatever_its_name() -> None:
    source = read_source(body(p(r("Kế hoạch"))), "ke-hoach.pdf")
    assert (source.format, source.lines[0].text) == ("docx", "Kế hoạch")


def test_a_file_cut_short_says_so() -> None:
    data = body(p(r("x")))
    with pytest.raises(Broken, match="hỏng"):
        read_source(data[: len(data) // 2], "a.docx")
