"""Tables of tasks: finding the head, reading the rows, leaving tables of targets, money or places alone."""

import re
from dataclasses import dataclass, field

from documents.deadlines import parse_deadlines
from documents.draft import Section
from documents.labels import Field, column_field
from documents.names import starts_unit
from documents.tables import Cell, Row, Table
from documents.words import fold
from plan.deadlines import Other


@dataclass(slots=True)
class RowTask:
    """One row that is a task: its place, its mark in the numbering column, and the words of its other columns."""

    start: int
    end: int
    mark: str
    section: tuple[Section, ...]
    row: int
    page: int | None = None
    values: dict[Field, str] = field(default_factory=dict[Field, str])


@dataclass(frozen=True, slots=True)
class _Head:
    """The columns of a task table; `ordinal` is None where rows are not numbered."""

    row: int
    columns: dict[int, Field]
    ordinal: int | None
    content: int
    width: int


_MARK = re.compile(r"\s*\(?([IVXivx]+|\d+(?:\.\d+)*|[A-Za-zđ])\s*[.)]?\s*")
_ORDINAL_HEAD = re.compile(r"(?:s\s*)?tt|số\s*(?:tt|thứ tự)|stt|#|no\.?")


def table_tasks(table: Table) -> list[RowTask]:
    """The tasks of a table; none where it has no column of tasks next to one of units or times."""
    head = _find_head(table)
    return _Rows(table, head).read() if head else []


def _find_head(table: Table) -> _Head | None:
    for at, row in enumerate(table.rows[:8]):
        columns = {c.col: f for c in row.cells if (f := column_field(c.text))}
        columns = _with_second_line(table, at, columns)
        fields = set(columns.values())
        content = _content_column(row, columns)
        known = fields & {Field.LEAD, Field.BOTH, Field.COORDINATE, Field.DUE}
        if content is None or not known or len(row.cells) < 3:
            continue
        if not fields & {Field.LEAD, Field.BOTH} and Field.DUE not in fields:
            continue
        if Field.DUE not in fields and _lists_projects(row, content):
            continue
        ordinal = next((c.col for c in row.cells if _is_ordinal_head(c.text)), None)
        if ordinal is None and row.cells[0].col < content and not row.cells[0].text:
            ordinal = row.cells[0].col
        width = max(c.col + c.colspan for c in row.cells)
        return _Head(at, columns, ordinal, content, width)
    return None


def _lists_projects(row: Row, col: int) -> bool:
    """A list of projects or places, which without a column of times gives nobody a task."""
    return any(
        c.col == col and re.match(r"(?:tên|danh mục) (?:dự án|công trình|địa điểm)", fold(c.text))
        for c in row.cells
    )


def _is_status(row: Row, col: int) -> bool:
    """A second column of time that only tells how far the task is ("Tiến độ", "Tình trạng")."""
    return any(
        c.col == col and re.match(r"tiến độ|tình (?:trạng|hình)|trạng thái", fold(c.text)) for c in row.cells
    )


def _content_column(row: Row, columns: dict[int, Field]) -> int | None:
    """The column of the tasks themselves: not that of their group, where both are printed."""
    heads = {c.col: fold(c.text) for c in row.cells}
    found = [c for c, f in columns.items() if f is Field.CONTENT]
    own = [
        c for c in found if not re.search(r"nhóm|lĩnh vực|thuộc|văn bản|căn cứ|danh mục|mã", heads.get(c, ""))
    ]
    return next(iter(own or found), None)


def _is_ordinal_head(text: str) -> bool:
    return _ORDINAL_HEAD.fullmatch(fold(text).strip(" .")) is not None


def _with_second_line(table: Table, at: int, columns: dict[int, Field]) -> dict[int, Field]:
    """A head of two rows ("Phân công" over "Chủ trì | Phối hợp"): the lower one is the more exact."""
    if at + 1 < len(table.rows):
        below = table.rows[at + 1]
        exact = {c.col: f for c in below.cells if len(c.text) < 60 and (f := column_field(c.text))}
        if len(exact) >= 2 and all(len(c.text) < 60 for c in below.cells):
            return {**columns, **exact}
    return columns


class _Rows:
    """One pass over the rows below the head."""

    def __init__(self, table: Table, head: _Head) -> None:
        self.table = table
        self.head = head
        self.groups: list[tuple[int, Section]] = []
        self.found: list[RowTask] = []
        self.over: dict[int, tuple[int, str]] = {}
        """Cells that reach down over several rows: their last row and their words."""
        self.held: dict[Field, str] = {}
        """A time or a unit in a column before the tasks: it holds until the next one is printed."""

    def read(self) -> list[RowTask]:
        for at, row in enumerate(self.table.rows[self.head.row + 1 :], self.head.row + 1):
            self._row(at, row)
        return self.found

    def _row(self, at: int, row: Row) -> None:
        filled = [c for c in row.cells if c.text]
        if not filled or self._is_numbering(filled) or self._is_head(row):
            return
        cells = self._placed(row)
        mark, content = self._mark(cells), cells.get(self.head.content)
        values = self._values(at, cells)
        if self._is_group(row, filled, content, values):
            self._group(mark, filled[-1])
        elif content and len(content.text) > 3:
            self._task(at, row, mark, content, {**self._merged(at, row, cells), **values})
        elif self.found and not mark:
            self._goes_on(values)

    def _is_group(self, row: Row, filled: list[Cell], content: Cell | None, values: dict[Field, str]) -> bool:
        """A row with a title only: one cell, or a number and one cell, and nothing about units or times."""
        if len(filled) > 2 or values.keys() & {Field.LEAD, Field.DUE, Field.COORDINATE, Field.BOTH}:
            return False
        if len(filled) == 2 and not _MARK.fullmatch(filled[0].text):
            return False
        return len(row.cells) < self.head.width or not values or content is None

    def _placed(self, row: Row) -> dict[int, Cell]:
        """The cells by column; in a pasted row whose number is merged with the row above, all stand one further."""
        cells = {c.col: c for c in row.cells}
        first = row.cells[0]
        short = len(row.cells) < self.head.width and self.head.ordinal is not None
        if (
            short
            and first.col == self.head.ordinal
            and not _MARK.fullmatch(first.text)
            and len(first.text) > 12
            and len(row.cells) > 1
        ):
            cells = {c.col + 1: c for c in row.cells}
        return self._by_kind(cells) if short else cells

    def _by_kind(self, cells: dict[int, Cell]) -> dict[int, Cell]:
        """In a short row a time that stands where units should moves to the column of times."""
        due = next((c for c, f in self.head.columns.items() if f is Field.DUE), None)
        for col, what in self.head.columns.items():
            cell = cells.get(col)
            if (
                what in (Field.LEAD, Field.COORDINATE)
                and cell
                and due not in (None, *cells)
                and _is_time(cell.text)
            ):
                assert due is not None
                cells[due] = cells.pop(col)
        return cells

    def _merged(self, at: int, row: Row, cells: dict[int, Cell]) -> dict[Field, str]:
        """What a pasted row leaves out stands in the row above: its cells were merged (an empty cell is printed)."""
        if len(row.cells) >= self.head.width or not self.found or self.found[-1].row != at - 1:
            return {}
        missing = {f for c, f in self.head.columns.items() if c not in cells}
        return {f: text for f, text in self.found[-1].values.items() if f in missing}

    def _mark(self, cells: dict[int, Cell]) -> str:
        cell = cells.get(self.head.ordinal) if self.head.ordinal is not None else None
        match = _MARK.fullmatch(cell.text) if cell else None
        return match[1] if match else ""

    def _is_numbering(self, filled: list[Cell]) -> bool:
        """The row "1 | 2 | 3 | 4" that numbers the columns."""
        texts = [c.text.strip("() ") for c in filled]
        return len(texts) > 2 and all(re.fullmatch(r"\d{1,2}|[A-Z]", t) for t in texts)

    def _is_head(self, row: Row) -> bool:
        """A head printed again on a new page, or the lower line of a head of two."""
        texts = [c.text for c in row.cells if c.text]
        known = [len(t) < 40 and (_is_ordinal_head(t) or column_field(t)) for t in texts]
        first = self.table.rows[self.head.row].texts()
        return texts == [t for t in first if t] or len(texts) > 2 and all(known)

    def _values(self, at: int, cells: dict[int, Cell]) -> dict[Field, str]:
        values: dict[Field, str] = {}
        for col, what in self.head.columns.items():
            cell = cells.get(col)
            text = (cell.raw or cell.text) if cell else ""
            if cell and cell.rowspan > 1:
                self.over[col] = (at + cell.rowspan - 1, text)
            elif not cell and col in self.over and self.over[col][0] >= at:
                text = self.over[col][1]
            if what in (Field.DUE, Field.LEAD) and col < self.head.content:
                text = self.held[what] = text.strip() or self.held.get(what, "")
            if what is Field.DUE and values.get(what) and _is_status(self.table.rows[self.head.row], col):
                continue
            if text.strip(" -–.…") and what not in (Field.CONTENT, Field.DETAIL):
                values[what] = f"{values[what]}; {text}" if what in values else text
        return values

    def _group(self, mark: str, cell: Cell) -> None:
        """A row that heads the rows below it; its rank is that of its numbering."""
        inline = re.match(r"([IVX]+|[A-H]|\d+(?:\.\d+)*)\s*[.)]\s+", cell.text)
        mark = mark or (inline[1] if inline else "")
        rank = _rank(mark)
        self.groups = [(r, s) for r, s in self.groups if r < rank]
        self.groups.append((rank, Section(mark=mark, title=cell.text[:300])))

    def _task(self, at: int, row: Row, mark: str, content: Cell, values: dict[Field, str]) -> None:
        rank = _rank(mark) if mark else 9
        groups = [s for r, s in self.groups if r < rank]
        self.found.append(RowTask(content.start, content.end, mark, tuple(groups), at, row.page, values))

    def _goes_on(self, values: dict[Field, str]) -> None:
        """A row that only carries on the one before it, broken over a page."""
        last = self.found[-1].values
        for what, text in values.items():
            last[what] = f"{last[what]} {text}" if what in last else text


def _is_time(text: str) -> bool:
    return not starts_unit(text) and any(not isinstance(d, Other) for d in parse_deadlines(text))


def _rank(mark: str) -> int:
    if re.fullmatch(r"[A-H]", mark):
        return 0
    if re.fullmatch(r"[IVX]+", mark):
        return 1
    if re.fullmatch(r"\d+(?:\.\d+)*", mark):
        return 2 + mark.count(".")
    return 7 if mark else 1
