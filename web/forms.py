"""What a form sends: read once, within limits, with every mistake named by its field and nothing typed lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from actions.errors import Problem, Refused

BODY_LIMIT = 520 << 20
"""The largest form taken, in bytes: five files of the largest size and the words beside them."""
FILES, FIELDS = 20, 4000
KEPT_LIMIT = 64_000
"""How much of what was typed is carried through a sign-in, in characters."""


@dataclass(frozen=True)
class FieldProblem(Problem):
    """A mistake in one field of a form; the summary above the form leads to it."""

    field: str = ""


LARGEST = 2**31 - 1
"""The largest number that every database holds."""


def number_of(text: str) -> int | None:
    """A number as addresses and forms carry it; None for anything else, and for one that is too large."""
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= LARGEST else None
    )


def wrong(field: str, vi: str, en: str) -> Refused:
    """A refusal for one field."""
    return Refused([FieldProblem(en, vi, field)])


class TooLarge(Refused):
    """A form that is larger than what is taken at once."""


class Form:
    """The fields and files of one request; empty for a request that sends none."""

    def __init__(self, data: FormData | None = None) -> None:
        """Take the parsed form; what no person types and no database keeps is left out of its words."""
        given = (data or FormData()).multi_items()
        self._data = FormData([(_plain(name), _plain(v) if isinstance(v, str) else v) for name, v in given])

    @classmethod
    def of(cls, fields: Mapping[str, list[str]]) -> "Form":
        """A form with these fields, as if they had just been typed."""
        return cls(FormData([(name, value) for name, values in fields.items() for value in values]))

    def text(self, name: str, default: str = "") -> str:
        """One field's words as sent, without the white space around them."""
        value = self._data.get(name, default)
        return value.strip().replace("\r\n", "\n") if isinstance(value, str) else default

    def has(self, name: str) -> bool:
        """Whether the field was sent at all."""
        return name in self._data

    def raw(self, name: str) -> str:
        """One field exactly as sent: passwords."""
        value = self._data.get(name, "")
        return value if isinstance(value, str) else ""

    def all(self, name: str) -> list[str]:
        """Every value of a field that may be chosen several times."""
        return [v for v in self._data.getlist(name) if isinstance(v, str) and v]

    def numbers(self, name: str) -> list[int]:
        """Every value of a field of numbers; what is no number that the database can hold is left out."""
        return [number for v in self.all(name) if (number := number_of(v)) is not None]

    def number(self, name: str) -> int | None:
        """One number, or None."""
        return next(iter(self.numbers(name)), None)

    def checked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.text(name))

    def day(self, name: str) -> date | None:
        """A day as browsers send it (2026-05-20) or as people write it (20/5/2026); raises for anything else."""
        typed = self.text(name)
        if not typed:
            return None
        found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", typed)
        local = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", typed)
        parts = found.groups() if found else local.groups()[::-1] if local else ()
        try:
            year, month, day = map(int, parts)
            return date(year, month, day)
        except ValueError as error:
            raise wrong(
                name,
                f"“{typed}” không phải là một ngày; ghi như 20/5/2026",
                f"{typed!r} is not a day; write it like 20/5/2026",
            ) from error

    def files(self, name: str) -> list[UploadFile]:
        """The files chosen in a field."""
        return [v for v in self._data.getlist(name) if isinstance(v, UploadFile) and v.filename]

    def typed(self) -> dict[str, list[str]]:
        """Every field and its words, without files and the form's own marks: to be shown again."""
        names = dict.fromkeys(name for name in self._data if not name.startswith("_"))
        return {name: self.all(name) for name in names if self.all(name)}


_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: PostgreSQL refuses some of them, UTF-8 the others."""


def _plain(text: str) -> str:
    return _UNFIT.sub("", text)


async def read_form(request: Request) -> Form:
    """The form of a POST; other requests carry none. Raises :class:`TooLarge`."""
    if request.method != "POST":
        return Form()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return Form()
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > BODY_LIMIT:
        raise TooLarge([Problem(
            f"too much at once: at most {BODY_LIMIT >> 20} MiB; hand in in parts",
            f"gửi quá nhiều một lần: tối đa {BODY_LIMIT >> 20} MiB; hãy gửi làm nhiều lần",
        )])  # fmt: skip
    return Form(await request.form(max_files=FILES, max_fields=FIELDS, max_part_size=2 << 20))
