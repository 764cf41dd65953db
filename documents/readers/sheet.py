"""Excel workbooks (.xlsx, .xlsm): every visible sheet, with the values that Excel last computed.

A sheet seldom begins with its table: titles stand above it and signatures below. Rows with fewer than three filled
cells before the first wider row, or after an empty row, are paragraphs; the rest are tables.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import iterparse

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from documents.readers.archive import Archive
from documents.readers.blocks import Block, Cell, Content, Paragraph, Table
from documents.readers.errors import Broken
from documents.readers.numbering import local

MAX_ROWS = 20_000
MAX_COLUMNS = 200
_WIDE = 3

Grid = dict[int, dict[int, str]]
"""Texts by row and column, from 1; empty cells are not in it."""
Merges = dict[tuple[int, int], tuple[int, int]]
"""Upper left corner of a merged area: its rows and columns."""


def read(data: bytes, name: str) -> Content:
    """The content of a workbook; raises `Broken`, `Unsafe`, `Protected` or `TooLarge`."""
    archive = Archive(data, name, "Excel")
    for part in archive.names():
        if part.endswith((".xml", ".rels")):
            archive.refuse_doctype(archive.read(part) or b"", part)
    content = Content("xlsx")
    book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False)
    hidden = [s.title for s in book.worksheets if s.sheet_state != "visible"]
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            part = str(getattr(sheet, "_worksheet_path", ""))
            content.blocks += _blocks(_read(sheet, content), _merges(archive, part.lstrip("/")))
    if hidden:
        content.remarks.append(f"Bỏ qua {len(hidden)} trang tính ẩn: {', '.join(hidden)}.")
    if any(part.endswith("vbaProject.bin") for part in archive.names()):
        content.remarks.append("Tệp có macro; macro không được chạy.")
    if not book.worksheets:
        raise Broken(name, format="Excel")
    return content


def _read(sheet: Any, content: Content) -> Grid:
    grid: Grid = {}
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
        if number > MAX_ROWS:
            content.remarks.append(f"Trang tính {sheet.title}: chỉ đọc {MAX_ROWS} dòng đầu.")
            break
        if filled := {c: text for c, cell in enumerate(row, start=1) if (text := shown(cell))}:
            grid[number] = filled
    return grid


def shown(cell: object) -> str:
    """A cell's value as a person reads it: dates as 31/12/2025, whole numbers without a decimal point."""
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M" if cell.time() != time() else "%d/%m/%Y")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = str(cell).strip()
    return "" if re.fullmatch(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)", text) else text


def _merges(archive: Archive, part: str) -> Merges:
    """The merged areas of a sheet, which openpyxl leaves out when it reads row by row."""
    data = archive.read(part)
    found: Merges = {}
    if data is None:
        return found
    for _, node in iterparse(BytesIO(data)):  # noqa: S314 -- without a DOCTYPE there are no entities
        tag = local(node)
        if tag not in ("mergeCell", "row"):
            continue
        reference = node.get("ref") if tag == "mergeCell" else None
        if reference and re.fullmatch(r"[A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7}", reference):
            left, top, right, bottom = (int(n) for n in range_boundaries(reference) if n is not None)
            found[top, left] = (bottom - top + 1, right - left + 1)
        node.clear()
    return found


def _blocks(grid: Grid, merges: Merges) -> Iterator[Block]:
    """The sheet's rows as paragraphs and tables, in order."""
    table: list[int] = []
    reach = 0
    for row in sorted(grid):
        starts = len(grid[row]) >= _WIDE
        if table and row > reach + 1 and not _goes_on(grid, row):
            yield _table(grid, merges, table)
            table = []
        if table or starts:
            table.append(row)
            reach = max([reach, row, *(r + h - 1 for (r, _), (h, _) in merges.items() if r == row)])
        else:
            yield from (Paragraph(text) for _, text in sorted(grid[row].items()))
    if table:
        yield _table(grid, merges, table)


def _goes_on(grid: Grid, row: int) -> bool:
    """Whether a row after an empty one still belongs to the table above: it begins with a number or letter."""
    return re.match(r"[\dIVXLa-zđ]{1,5}(\.\d+)*[.)]?$", grid[row][min(grid[row])]) is not None


def _table(grid: Grid, merges: Merges, rows: list[int]) -> Table:
    columns = sorted({c for row in rows for c in grid[row]})
    covered = {
        (r, c)
        for (top, left), (high, wide) in merges.items()
        if top in grid and left in grid[top]
        for r in range(top, min(top + high, rows[-1] + 1))
        for c in range(left, min(left + wide, columns[-1] + 1))
        if (r, c) != (top, left)
    }
    made: list[Cell] = []
    for line, row in enumerate(rows):
        for place, column in enumerate(columns):
            if (row, column) in covered:
                continue
            high, wide = merges.get((row, column), (1, 1)) if column in grid[row] else (1, 1)
            rowspan = sum(row <= r < row + high for r in rows) if high > 1 else 1
            colspan = sum(column <= c < column + wide for c in columns) if wide > 1 else 1
            made.append(Cell(line, place, (Paragraph(grid[row].get(column, "")),), colspan, rowspan))
    return Table(tuple(made))
