"""Templates: one environment, everything escaped, undefined names refused; and the phrases that pages share."""

from base64 import b64encode
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.people import PersonRole
from notifications.messages import Lang
from notifications.words import FILTERS, Words
from plan.clock import LOCAL, local_day
from plan.recipients import shown

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

Say = Callable[[str, str], str]
"""Chooses between Vietnamese and English."""


@cache
def environment() -> Environment:
    """The one environment of the console; templates are compiled once per process."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=400,
    )
    env.filters.update(FILTERS)
    env.filters["b64"] = _base64
    env.filters["shown"] = shown
    env.globals["query"] = query  # pyright: ignore[reportArgumentType]
    env.globals["asset"] = asset  # pyright: ignore[reportArgumentType]
    return env


def _base64(data: bytes) -> str:
    """For a picture that stands in the page itself."""
    return b64encode(data).decode()


def load_every_template() -> None:
    """Compile every template now, so that nobody waits for it on the first visit."""
    env = environment()
    for name in env.list_templates(extensions=["html"]):
        env.get_template(name)


@cache
def asset(name: str) -> str:
    """The address of one of our own files, with its content in the name so that browsers may keep it."""
    mark = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={mark}"


def query(given: dict[str, Any], **changes: Any) -> str:
    """The query part of an address: what was given, changed; empty values are left out."""
    kept = {k: v for k, v in {**given, **changes}.items() if v not in (None, "", [], False)}
    return "?" + urlencode(kept, doseq=True) if kept else "?"


ROLES: dict[Lang, dict[PersonRole, str]] = {
    "vi": {
        PersonRole.ADMINISTRATOR: "Quản trị", PersonRole.COORDINATOR: "Chuyên viên đầu mối",
        PersonRole.LEADER: "Lãnh đạo", PersonRole.UNIT: "Đơn vị", PersonRole.AUDITOR: "Kiểm tra",
    },
    "en": {role: str(role).capitalize() for role in PersonRole},
}  # fmt: skip


class Phrases:
    """Dates and words as pages show them, in one language."""

    def __init__(self, lang: Lang, at: datetime) -> None:
        """Phrases for somebody who reads `lang` at the moment `at` (aware UTC)."""
        self.lang: Lang = lang
        self.at = at
        self.today = local_day(at)
        self.words = Words(lang)

    def t(self, vi: str, en: str) -> str:
        """The sentence in the reader's language."""
        return vi if self.lang == "vi" else en

    def day(self, value: date | None) -> str:
        """20/11/2026, or a dash."""
        return self.words.short_day(value) if value else "–"

    def long_day(self, value: date) -> str:
        """Thứ Sáu, ngày 20/11/2026."""
        text = self.words.long_day(value)
        return text[:1].upper() + text[1:]

    def moment(self, value: datetime | None) -> str:
        """09:05 20/11/2026 in Vietnam."""
        if value is None:
            return "–"
        local = value.astimezone(LOCAL)
        return f"{local:%H:%M} {self.day(local.date())}"

    def count(self, number: int, vi: str, one: str, many: str) -> str:
        """3 việc; 1 task, 3 tasks."""
        shown = f"{number:,}".replace(",", "." if self.lang == "vi" else ",")
        return f"{shown} {vi if self.lang == 'vi' else one if number == 1 else many}"

    def number(self, value: int) -> str:
        """12.345 in Vietnamese, 12,345 in English."""
        return f"{value:,}".replace(",", "." if self.lang == "vi" else ",")

    def size(self, value: int) -> str:
        """A file's size."""
        kib = value / 1024
        text = f"{value} B" if value < 1024 else f"{kib:.0f} KB" if kib < 1024 else f"{kib / 1024:.1f} MB"
        return text.replace(".", ",") if self.lang == "vi" else text
