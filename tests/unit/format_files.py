"""Files of every format, made for the tests: small ones by hand, and whole plans out of their pasted texts."""

import html
import io
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import docx
import openpyxl
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.worksheet.worksheet import Worksheet

from documents.paragraphs import Paragraph, paragraphs
from documents.readers.errors import NeedsOffice
from documents.readers.formats import parse
from documents.readers.office import MODERN
from documents.readers.sniff import sniff
from documents.readers.text import read_text
from documents.source import Line, Source, lines_of
from documents.tables import Table, pasted_tables

Element = Paragraph | Table


@dataclass(frozen=True)
class Read:
    """What a reader made of a file, in this process: the text, its lines, and the remarks."""

    text: str
    lines: list[Line]
    remarks: list[str]

    @property
    def words(self) -> list[str]:
        """The words of every line that has some."""
        return [line.text for line in self.lines if line.text]

    @property
    def cells(self) -> dict[tuple[int, int], str]:
        """The words of the first table's cells, by row and column."""
        found: dict[tuple[int, int], str] = {}
        for line in self.lines:
            if line.table == 0:
                place = (line.row or 0, line.col or 0)
                found[place] = f"{found[place]} / {line.text}" if place in found else line.text
        return found


def read_here(data: bytes, name: str = "tệp") -> Read:
    """Read `data` without a child process, so that a failure shows where it happened."""
    form = sniff(data, name)
    if form in MODERN:
        raise NeedsOffice(name, format=form, modern=MODERN[form])
    read = read_text(data, name) if form == "txt" else parse(form, data, name)
    for line in read[1]:
        assert read[0][line.start : line.end] == line.text
    return Read(*read)


def shared_plans() -> Path | None:
    """The folder of real plans beside the project, where it is present."""
    named = os.environ.get("DONDOC_SHARED")
    folder = Path(named) if named else Path(__file__).parents[3] / "shared"
    return folder / "plans" if (folder / "plans" / "score.py").is_file() else None


# -- plans ---------------------------------------------------------------------------------------------------------


def elements(text: str) -> list[Element]:
    """A pasted plan as the paragraphs and tables that it once had."""
    source = Source(text, lines_of(text), "", "plan.txt", "txt")
    tables, loose = pasted_tables(list(source.lines))
    texts = paragraphs(source, loose, [t.start for t in tables])
    return sorted([*texts, *tables], key=lambda e: e.start)


@dataclass
class _Lists:
    """Makes Word lists: one per run of marks that count on, a new one where they do not."""

    document: Document
    last: dict[str, tuple[int, str]] = field(default_factory=dict)

    def number(self, mark: str) -> tuple[str, int] | None:
        """The list (numId) and level whose next number prints as `mark`; None where Word could not count it."""
        if mark in ("-", "+"):
            return self._list(mark, "bullet", [1], mark), 0
        found = re.fullmatch(r"(?:(\d+)|([IVX]+)|([a-z]))([.)])", mark)
        if found:
            form = ("decimal", "upperRoman", "lowerLetter")[next(i for i in range(3) if found.group(i + 1))]
            count = {"decimal": int, "upperRoman": _roman, "lowerLetter": lambda m: ord(m) - 96}[form](
                mark[:-1]
            )
            return self._list(form + mark[-1], form, [count], "%1" + mark[-1]), 0
        if found := re.fullmatch(r"(\d+)\.(\d+)\.?", mark):
            counts = [int(found.group(1)), int(found.group(2))]
            pattern = "%1.%2" + ("." if mark.endswith(".") else "")
            return self._list(pattern, "decimal", counts, pattern), 1
        return None

    def _list(self, key: str, form: str, counts: list[int], pattern: str) -> str:
        before = self.last.get(f"{key}{counts[:-1]}")
        if before and (form == "bullet" or before[0] + 1 == counts[-1]):
            name = before[1]
        else:
            name = self._new(form, counts, pattern)
        self.last[f"{key}{counts[:-1]}"] = (counts[-1], name)
        return name

    def _new(self, form: str, counts: list[int], pattern: str) -> str:
        root = self.document.part.numbering_part.element
        name = str(1000 + len(root))
        levels = "".join(
            f'<w:lvl w:ilvl="{n}"><w:start w:val="{count}"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{pattern}"/></w:lvl>'
            for n, count in enumerate(counts)
        )
        head = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{name}">'
        root.insert(0, parse_xml(f"{head}{levels}</w:abstractNum>"))
        root.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{name}"><w:abstractNumId w:val="{name}"/></w:num>')
        )
        return name


def _roman(mark: str) -> int:
    worth = {"I": 1, "V": 5, "X": 10}
    values = [worth[c] for c in mark]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def plan_docx(text: str) -> bytes:
    """A pasted plan as a Word file with real tables, its marks made by Word's numbering wherever Word can."""
    document = docx.Document()
    lists = _Lists(document)
    for element in elements(text):
        if isinstance(element, Table):
            _docx_table(document, text, element)
            continue
        mark = element.text[: element.mark.length].strip() if element.mark else ""
        numbered = lists.number(mark) if mark else None
        made = document.add_paragraph(element.body if numbered else element.text)
        if numbered:
            number_paragraph(made, *numbered)
    return saved(document)


def _parts(words: str) -> list[str]:
    """The paragraphs of a pasted cell: blank lines stand between them."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", words)]


def number_paragraph(paragraph: object, list_id: str, level: int) -> None:
    """Put a python-docx paragraph into a list."""
    properties = paragraph._p.get_or_add_pPr()  # type: ignore[attr-defined]
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')
    )


@dataclass
class _Square:
    """A cell of a table as the office had it: its words, and how far it reaches."""

    row: int
    col: int
    words: list[str]
    colspan: int = 1
    rowspan: int = 1


def _squares(text: str, table: Table) -> tuple[int, list[_Square]]:
    """The width of a pasted table and its cells; what a short row leaves out was merged with the row above."""
    width = max(len(row.cells) for row in table.rows)
    above: dict[int, _Square] = {}
    made: list[_Square] = []
    for r, row in enumerate(table.rows):
        filled = [c for c in row.cells if c.text]
        narrow = len(row.cells) < width
        group = narrow and (len(filled) == 1 or len(filled) == 2 and len(filled[0].text) < 8)
        shift = int(narrow and not group and len(row.cells[0].text) > 12)
        here: dict[int, _Square] = {}
        for at, cell in enumerate(row.cells):
            words = text[cell.start : cell.end]
            parts = words.split("\n") if width < 3 else _parts(words)
            here[at + shift] = _Square(r, at + shift, parts)
            made.append(here[at + shift])
        last = here[max(here)]
        for col in range(width):
            if group and col > last.col:
                last.colspan += 1
            elif col not in here and not group and col in above:
                above[col].rowspan += 1
                here[col] = above[col]
        above = {} if group else here
    return width, made


def _docx_table(document: Document, text: str, table: Table) -> None:
    """Written as XML: python-docx looks a cell up in time that grows with the table."""
    width, squares = _squares(text, table)
    grid = "<w:tblGrid>" + '<w:gridCol w:w="1500"/>' * width + "</w:tblGrid>"
    rows: list[dict[int, str]] = [{} for _ in table.rows]
    for square in squares:
        for row in range(square.row, square.row + square.rowspan):
            words = square.words if row == square.row else [""]
            merge = (
                f'<w:vMerge w:val="{"restart" if row == square.row else "continue"}"/>'
                if square.rowspan > 1
                else ""
            )
            inside = "".join(f"<w:p><w:r><w:t>{html.escape(part)}</w:t></w:r></w:p>" for part in words)
            span = f'<w:tcPr><w:gridSpan w:val="{square.colspan}"/>{merge}</w:tcPr>'
            rows[row][square.col] = f"<w:tc>{span}{inside}</w:tc>"
    body = "".join("<w:tr>" + "".join(row[col] for col in sorted(row)) + "</w:tr>" for row in rows)
    made = parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr/>{grid}{body}</w:tbl>")
    document.element.body.insert(len(document.element.body) - 1, made)


def saved(document: Document) -> bytes:
    """The bytes of a python-docx document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


_STYLE = """
@page { size: A4; margin: 20mm 15mm 20mm 30mm; @top-center { content: counter(page); font-size: 11pt } }
@page :first { @top-center { content: "" } }
body { font: 13pt "Liberation Serif", "DejaVu Serif", serif; line-height: 1.35 }
p { margin: 0 0 6pt 0; text-indent: 12.7mm; text-align: justify }
table { border-collapse: collapse; width: 100%; margin: 6pt 0 }
td { border: 0.75pt solid black; padding: 2pt 4pt; vertical-align: top; font-size: 12pt }
table.bare td { border: none; text-align: center }
p.title { text-align: center; text-indent: 0; font-weight: bold }
"""


def plan_html(text: str) -> str:
    """A pasted plan as a page set like a printed plan: indented and justified, tables ruled, heads repeated."""
    body = "".join(
        _html_table(text, e) if isinstance(e, Table) else _html_paragraph(e) for e in elements(text)
    )
    return f'<!DOCTYPE html><meta charset="utf-8"><title>x</title><style>{_STYLE}</style><body>{body}</body>'


def _html_paragraph(paragraph: Paragraph) -> str:
    title = paragraph.mark is None and paragraph.text.isupper()
    return f"<p{' class=title' if title else ''}>{html.escape(paragraph.text)}</p>\n"


def _html_table(text: str, table: Table) -> str:
    width, squares = _squares(text, table)
    rows = ["<tr>" for _ in table.rows]
    for square in sorted(squares, key=lambda q: (q.row, q.col)):
        words = "<br>".join(html.escape(part) for part in square.words)
        rows[square.row] += f'<td colspan="{square.colspan}" rowspan="{square.rowspan}">{words}</td>'
    bare = ' class="bare"' if width < 3 else ""
    return f"<table{bare}><thead>{rows[0]}</thead><tbody>{''.join(rows[1:])}</tbody></table>\n"


def printed(page: str, browser: str) -> bytes:
    """A web page as Chromium prints it to PDF."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(page, "utf-8")
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return target.read_bytes()


# -- small PDF files -----------------------------------------------------------------------------------------------


@dataclass
class Pdf:
    """A PDF written by hand, in Helvetica and Western letters; y counts from the top of an A4 page."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])

    def text(self, x: float, y: float, words: str, size: float = 12) -> "Pdf":
        """Set `words` with their base line at `y`."""
        safe = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        self.pages[-1].append(f"BT /F1 {size} Tf {x} {842 - y} Td ({safe}) Tj ET")
        return self

    def box(self, x0: float, y0: float, x1: float, y1: float) -> "Pdf":
        """Rule the four sides of a cell."""
        self.pages[-1].append(f"{x0} {842 - y1} {x1 - x0} {y1 - y0} re S")
        return self

    def row(self, y0: float, y1: float, xs: Sequence[float], texts: Sequence[str | None]) -> "Pdf":
        """A row of ruled cells; a cell that is None belongs to the one before it."""
        at = 0
        while at < len(texts):
            end = at + 1
            while end < len(texts) and texts[end] is None:
                end += 1
            self.box(xs[at], y0, xs[end], y1)
            for number, line in enumerate((texts[at] or "").split("\n")):
                self.text(xs[at] + 3, y0 + 12 + 13 * number, line, 10)
            at = end
        return self

    def page(self) -> "Pdf":
        """Begin a new page."""
        self.pages.append([])
        return self

    def bytes(self) -> bytes:
        """The finished file."""
        streams = [" \n".join(ops).encode("cp1252") for ops in self.pages]
        font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
        kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(streams)))
        objects = [
            b"<</Type/Catalog/Pages 2 0 R>>",
            f"<</Type/Pages/Kids[{kids}]/Count {len(streams)}>>".encode(),
            font,
        ]
        for n, stream in enumerate(streams):
            objects.append(
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {5 + 2 * n} 0 R"
                "/Resources<</Font<</F1 3 0 R>>>>>>".encode()
            )
            objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        return _numbered(objects)


def _numbered(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", list[int]()
    for n, thing in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, thing)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        out
        + head
        + table
        + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    )


# -- workbooks -----------------------------------------------------------------------------------------------------


def plan_xlsx(text: str) -> bytes:
    """A pasted plan typed into one sheet: a paragraph to a row, tables as ruled areas with merged cells."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    top = 1
    for element in elements(text):
        if isinstance(element, Paragraph):
            sheet.cell(top, 1, element.text)
            top += 1
            continue
        for square in _squares(text, element)[1]:
            row, column = top + 1 + square.row, 1 + square.col
            sheet.cell(row, column, "\n".join(square.words))
            if square.rowspan > 1 or square.colspan > 1:
                sheet.merge_cells(None, row, column, row + square.rowspan - 1, column + square.colspan - 1)
        top += len(element.rows) + 2
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
