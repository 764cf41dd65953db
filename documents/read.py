"""Read a plan: the stages in their order."""

from collections.abc import Sequence
from datetime import date

from documents.deadlines import find_due, parse_deadlines
from documents.draft import DraftDocument, DraftItem, PlanDraft
from documents.fields import actors, listed, report_duty
from documents.header import read_header
from documents.labels import Field
from documents.outline import outline
from documents.source import Source
from documents.tasks import Found, find_tasks
from documents.warnings import with_warnings
from documents.words import squeeze
from plan.deadlines import Deadline, Fixed, Period


def read_plan(source: Source) -> PlanDraft:
    """Everything that a plan says, as a draft for a person to check; a text without tasks gives a draft without."""
    tree = outline(source)
    document = read_header(source, tree)
    items = with_warnings(document, (_item(found, document) for found in find_tasks(source.text, tree)))
    return PlanDraft(
        document=_from_its_first_year(document, items),
        items=items,
        notes=source.notes,
        name=source.name,
        format=source.format,
        sha256=source.sha256,
        text=source.text,
    )


def _from_its_first_year(document: DraftDocument, items: Sequence[DraftItem]) -> DraftDocument:
    """The years from the first in which something falls due: "Tết năm 2027", signed in November, begins in 2026."""
    if not document.years or document.date is None:
        return document
    days = [day for item in items for due in item.due if (day := _last_day(due))]
    first = min((day.year for day in days if day >= document.date), default=document.years[0])
    if first >= document.years[0]:
        return document
    return document.model_copy(update={"years": (first, document.years[-1])})


def _last_day(due: Deadline) -> date | None:
    return due.date if isinstance(due, Fixed) else due.end if isinstance(due, Period) else None


def read_bytes(data: bytes, name: str) -> PlanDraft:
    """Read the file `name` with the content `data`; raises `DocumentError` where the format cannot be read."""
    from documents.readers import read_source

    return read_plan(read_source(data, name))


def _item(found: Found, document: DraftDocument) -> DraftItem:
    lead, coordinate, lead_rule = _units(found)
    due_text, due, due_rule = _due(found, document)
    return DraftItem(
        code=found.code,
        section=found.section,
        text=found.text,
        start=found.start,
        end=found.end,
        page=found.page,
        row=found.row,
        lead=lead,
        coordinate=coordinate,
        due_text=due_text,
        due=due,
        deliverable=_words({**found.shared, **found.values}.get(Field.DELIVERABLE)),
        report=report_duty(found.text, due),
        budget=_words({**found.shared, **found.values}.get(Field.BUDGET)),
        rule=found.rule,
        lead_rule=lead_rule,
        due_rule=due_rule,
        doubtful=found.doubtful,
    )


def _words(value: str | None) -> str | None:
    return squeeze(value).strip() or None if value else None


def _units(found: Found) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Labels win over names inside the sentence, these over the heading above."""
    values = {**found.shared, **found.values}
    given = listed(values.get(Field.LEAD) or values.get(Field.BOTH) or "")
    with_whom = listed(values.get(Field.COORDINATE, ""))
    said = actors(found.text) if not found.in_table else None
    lead, rule = given.lead, "column" if found.in_table else "label"
    coordinate = (*given.coordinate, *with_whom.lead, *with_whom.coordinate)
    if not lead and said:
        lead, rule = (said.lead, said.rule) if said.lead else (found.heading_lead, "heading above")
    if not coordinate and said and not given.lead:
        coordinate = said.coordinate or (() if said.lead else found.heading_coordinate)
    return lead, tuple(dict.fromkeys(coordinate)), rule if lead else ""


def _due(found: Found, document: DraftDocument) -> tuple[str | None, tuple[Deadline, ...], str]:
    year = document.years[0] if len(document.years) == 1 else None
    said = find_due(found.text, year=year, signed_on=document.date) if not found.in_table else None
    own = found.values.get(Field.DUE)
    if not own and said and any(isinstance(d, Fixed) for d in said.due):
        return said.text, said.due, "sentence"
    if phrase := own or found.shared.get(Field.DUE):
        words = squeeze(phrase).strip(" .;")
        return words or None, tuple(parse_deadlines(words, year=year, signed_on=document.date)), "label"
    if said:
        return said.text, said.due, "sentence"
    if found.heading_due:
        due = tuple(parse_deadlines(found.heading_due, year=year, signed_on=document.date))
        return found.heading_due, due, "heading above"
    return None, (), ""
