"""Reading a text written in a test: the shortest way from words to tasks."""

from documents.draft import DraftItem, PlanDraft
from documents.read import read_plan
from documents.source import Line, LineKind, Source, lines_of

HEAD = """ỦY BAN NHÂN DÂN
TỈNH HÒA AN
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 12/KH-UBND
Hòa An, ngày 15 tháng 01 năm 2026

KẾ HOẠCH
TRỒNG CÂY NĂM 2026

Thực hiện Quyết định số 03/QĐ-TTg ngày 05/01/2026, UBND tỉnh ban hành Kế hoạch như sau:

"""


def source(text: str) -> Source:
    """`text` as a pasted file."""
    return Source(text, lines_of(text), "", "plan.txt", "txt")


def read(body: str, head: str = HEAD) -> PlanDraft:
    """A whole plan with `body` under a usual head."""
    return read_plan(source(head + body))


def items(body: str) -> list[DraftItem]:
    """The tasks of a plan with `body`."""
    return list(read(body).items)


def texts(body: str) -> list[str]:
    """The words of the tasks of a plan with `body`."""
    return [i.text for i in items(body)]


def only(body: str) -> DraftItem:
    """The one task of a plan with `body`."""
    (item,) = items(body)
    return item


def word_table(
    rows: list[list[str | None]], spans: dict[tuple[int, int], tuple[int, int]] | None = None
) -> Source:
    """A document with an annex table of real cells; None is a place that a merged cell covers.

    `spans` gives the columns and rows that the cell at (row, column) reaches over.
    """
    text = HEAD + "I. NHIỆM VỤ\n(Chi tiết tại Phụ lục kèm theo)\nPHỤ LỤC\nDANH MỤC NHIỆM VỤ\n"
    lines = list(lines_of(text))
    for row, cells in enumerate(rows):
        for col, words in enumerate(cells):
            if words:
                start = len(text)
                text += words + "\n"
                wide, deep = (spans or {}).get((row, col), (1, 1))
                end = start + len(words)
                lines.append(Line(start, end, words, LineKind.CELL, 2, 0, row, col, wide, deep))
    return Source(text, tuple(lines), "", "plan.docx", "docx")
