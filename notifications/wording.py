"""The wording of letters: the parts of a letter that are words, each one source for the plain text and the HTML.

A part is a Jinja2 template of a small kind: `{{ variable }}`, `{% if … %}`, a filter, and `**bold**`. The frame around
the parts (the task, the signed link, who asks and why) is the program's and stands in notifications/templates. The
program's own parts are in `vi.toml` and `en.toml` there; an office may put its own in their place.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from notifications.messages import Lang
from notifications.values import Values
from notifications.words import first_upper, shorten

TEMPLATES = Path(__file__).parent / "templates"
BOLD = "**"
Parts = Mapping[str, str]
"""The sources of a letter's parts, by name: "subject", "headline", "intro" …"""
FILTERS: dict[str, Any] = {
    "first_upper": first_upper,
    "shorten": shorten,
    "lower": str.lower,
    "upper": str.upper,
}
"""What the wording may do to a value."""
MUST: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "digest": {"subject": ("summary", "day")},
    "morning": {"subject": ("summary", "day")},
}
"""By letter and part: the variables whose value must be readable in it."""
EVERY_NOTICE: Mapping[str, tuple[str, ...]] = {"subject": ("ref",)}
"""The same for notices: by its subject alone a reader knows the plan and the item."""
MAY_BE_EMPTY = frozenset({"todo", "note"})


class Unfit(ValueError):
    """A part from which a letter cannot be made: which one, and why, in both languages."""

    def __init__(self, part: str, en: str, vi: str) -> None:
        """Take the part and the cause."""
        super().__init__(f"{part}: {en}")
        self.part, self.en, self.vi = part, en, vi


def sandbox(*, html: bool) -> ImmutableSandboxedEnvironment:
    """An environment in which nothing but values can be reached; HTML is escaped."""
    env = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=html, trim_blocks=True, lstrip_blocks=True, cache_size=0
    )
    env.globals.clear()
    env.filters = dict(FILTERS)
    env.tests.clear()
    return env


@cache
def own(lang: Lang) -> dict[str, dict[str, str]]:
    """The program's own parts of every letter in one language."""
    return tomllib.loads((TEMPLATES / f"{lang}.toml").read_text("utf-8"))


def obligatory(letter: str) -> Mapping[str, tuple[str, ...]]:
    """By part of this letter: the variables whose value must be readable in it."""
    return MUST.get(letter, EVERY_NOTICE)


@lru_cache(1000)
def _compiled(source: str, *, html: bool, bold: bool) -> Template:
    env = sandbox(html=html)
    tree = env.parse(source.strip())
    marks = iter(_tags())
    for data in tree.find_all(nodes.TemplateData):
        data.data = _literal(data.data, html=html, bold=bold, marks=marks)
    return env.from_string(tree)


def _tags() -> Iterator[str]:
    while True:
        yield "<strong>"
        yield "</strong>"


def _literal(text: str, *, html: bool, bold: bool, marks: Iterator[str]) -> str:
    """What stands between the variables: as text without the marks of bold, as HTML escaped and with them."""
    if not html:
        return text.replace(BOLD, "") if bold else text
    shown = str(escape(text)).replace("\n", "<br>\n")
    return re.sub(re.escape(BOLD), lambda _: next(marks), shown) if bold else shown


def rendered(letter: str, parts: Parts, values: Values, *, html: bool) -> dict[str, str]:
    """Every part with these values, as plain text or as HTML (Markup). Raises :class:`Unfit`.

    A part that says nothing, or does not say what it must, is as unfit as one that breaks.
    """
    out: dict[str, str] = {}
    for name, source in parts.items():
        try:
            said = _compiled(source, html=html, bold=name != "subject").render(values).strip()
        except Exception as error:  # whatever an edited template does, it must not keep a mail from leaving
            raise Unfit(name, str(error), f"không dùng được với số liệu này: {error}") from error
        out[name] = Markup(said) if html else said  # noqa: S704 - escaped by the environment and in `_literal`
    if not html:
        _must_say(letter, out, values)
    return out


def _must_say(letter: str, said: Mapping[str, str], values: Values) -> None:
    for name, text in said.items():
        if not text and name not in MAY_BE_EMPTY:
            raise Unfit(name, "it says nothing", "chưa có chữ nào")
        for must in obligatory(letter).get(name, ()):
            if str(values[must]).casefold() not in text.casefold():
                raise Unfit(
                    name,
                    f"it must always show {{{{ {must} }}}}",
                    f"trường hợp nào cũng phải có {{{{ {must} }}}}",
                )
