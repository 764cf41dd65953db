"""What a browser would send: the forms of a page with the values that they are shown with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

FILLED = {
    "date": "2021-06-01",
    "email": "ai@so-a.example",
    "number": "2",
    "file": "",
    "url": "https://nhan.example/a",
}
"""By the type of an empty field: something that fits it."""


@dataclass
class PageForm:
    """One form that is sent: where to, and its fields with all their values; `files` are the names of its file fields."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    files: list[str] = field(default_factory=list[str])

    def put(self, name: str, value: str) -> None:
        """Add a value of a field."""
        self.fields.setdefault(name, []).append(value)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._form = PageForm(given.get("action", ""))
            self.forms.append(self._form)
        name = given.get("name", "")
        if self._form is None:
            return
        if tag == "select":
            self._select = name
        if (
            tag == "option"
            and self._select
            and (self._select not in self._form.fields or "selected" in given)
        ):
            self._form.fields[self._select] = [given.get("value", "")]
        if tag == "textarea" and name:
            self._area = name
            self._form.put(name, "")
        if tag in {"input", "button"} and name:
            self._input(self._form, name, given)

    def _input(self, form: PageForm, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "file":
            form.files.append(name)
        elif kind in {"checkbox", "radio"}:
            if "checked" in given or (kind == "radio" and name not in form.fields):
                form.fields[name] = [
                    *(form.fields.get(name, []) if kind == "checkbox" else []),
                    given.get("value", "on"),
                ]
        else:
            form.put(name, given.get("value") or FILLED.get(kind, "x"))

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            self._form.fields[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "form":
                self._form = None
            case "select":
                self._select = ""
            case "textarea":
                self._area = ""
            case _:
                pass


def forms_on(page: str) -> Iterator[PageForm]:
    """The forms of a page that change something."""
    reader = _Reader()
    reader.feed(page)
    yield from reader.forms
