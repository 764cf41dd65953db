"""Lists as files: CSV that spreadsheets open rightly, XLSX, and JSON for programs."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from fastapi.responses import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
KINDS = ("csv", "xlsx", "json")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def file_of(
    kind: str, name: str, columns: Sequence[str], keys: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Response:
    """Rows as a file `name` of one of :data:`KINDS`; JSON names its values by `keys`, the others by `columns`."""
    made = {"csv": _csv, "xlsx": _xlsx}
    if kind == "json":
        body, media = _json(keys, rows), "application/json; charset=utf-8"
    else:
        body = made[kind](name, columns, rows)
        media = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    return Response(
        body, media_type=media, headers={"content-disposition": f"attachment; filename={name}.{kind}"}
    )


def _csv(_: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([columns, *([safe(v) for v in row] for row in rows)])
    return ("\ufeff" + out.getvalue()).encode()


def _xlsx(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    for row in (columns, *rows):
        sheet.append([safe(v) for v in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _json(keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    plain = [dict(zip(keys, row, strict=True)) for row in rows]
    return json.dumps(plain, ensure_ascii=False, indent=1, default=_said).encode()


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
