"""Which paragraphs and table rows are tasks, and what the headings, labels and columns around them say about each.

A task is the smallest numbered, lettered or dashed paragraph, or table row, that gives somebody something to do.
"""

import re
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from documents.draft import Section
from documents.fields import actors, inline_labels, labelled
from documents.judging import (
    Context,
    content_items,
    heading_due,
    introduced,
    is_detailed,
    is_label_group,
    is_one_task,
    is_own_duty,
    is_task,
    told_content,
    with_intro,
)
from documents.labels import Field, label_at_start
from documents.marks import Level
from documents.outline import LabelNode, Node, Outline, Part, PartKind
from documents.sections import Mode, leaf_mode, mode_of
from documents.table_tasks import RowTask, table_tasks
from documents.words import fold, squeeze


@dataclass(slots=True)
class Found:
    """A task before its fields are typed: its place, and the words that headings, labels and columns give it."""

    start: int
    end: int
    text: str
    code: str
    section: tuple[Section, ...]
    rule: str
    page: int | None = None
    row: int | None = None
    values: dict[Field, str] = field(default_factory=dict[Field, str])
    shared: dict[Field, str] = field(default_factory=dict[Field, str])
    """What labels say that stand after several tasks, or over them: the task's own words about its time come first."""
    heading_lead: tuple[str, ...] = ()
    heading_coordinate: tuple[str, ...] = ()
    heading_due: str = ""
    doubtful: bool = False
    in_table: bool = False


def find_tasks(text: str, outline: Outline) -> list[Found]:
    """The tasks of all parts, in the order of the text; `text` is the source's text."""
    finder = _Finder(text)
    annexes = sum(p.kind is PartKind.ANNEX for p in outline.parts)
    for part in outline.parts:
        if part.kind is PartKind.CARRIER:
            finder.carrier(part)
        else:
            finder.part(part, annexes)
    found = [f for f in finder.found if f.text]  # "1. Nội dung:" with nothing behind it leaves no words
    _mark_repeats(found)
    return sorted(found, key=lambda f: (f.start, f.end))


def _mark_repeats(found: list[Found]) -> None:
    """Items of the body that only name the groups of rows of the annex are probably no tasks of their own."""
    titles = {s.title for f in found if f.in_table for s in f.section[-1:]}
    names = [" ".join(re.findall(r"\w+", fold(t))) for t in titles]
    for item in found:
        text = " ".join(re.findall(r"\w+", fold(item.text[:300])))
        if (
            names
            and len(names) < 300
            and not item.in_table
            and not item.values
            and process.extractOne(text, names, scorer=fuzz.ratio, score_cutoff=85)
        ):
            item.doubtful = True


class _Finder:
    """Walks the trees of a document and collects its tasks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Found] = []

    def part(self, part: Part, annexes: int) -> None:
        code: tuple[str, ...] = ()
        mode = Mode.OPEN
        if part.kind is PartKind.ANNEX:
            code = (f"PL{part.number}" if annexes > 1 and part.number > 1 else "PL",)
            mode = Mode.OPEN if mode_of(part.title, Mode.SKIP) is Mode.TASK else Mode.SKIP
        self._under(part.root, Context(mode, code))
        for table in part.root.tables:
            self._table(table_tasks(table), Context(Mode.TASK, code))

    def carrier(self, part: Part) -> None:
        """An article that puts a body in charge of the plan behind it; whether it counts is for a person to say."""
        for article in part.root.children:
            if (
                article.level is Level.ARTICLE
                and re.match(r"Giao\s", article.title)
                and actors(article.title).lead
            ):
                end = article.paragraph.end if article.paragraph else 0
                self._emit(article, Context(Mode.TASK, ("Điều",)), end, "article of the decision")
                self.found[-1].doubtful = True

    # -- the tree ------------------------------------------------------------------------------------------------

    def _node(self, node: Node, context: Context) -> None:
        """A heading, a task, or nothing."""
        inner = self._entered(node, context)
        if items := content_items(node):
            self._items(node, items, inner)
        elif (told := told_content(node)) and inner.mode is not Mode.SKIP:
            self._told(node, told, inner)
        elif not node.children:
            self._leaf(node, context, inner)
        elif is_one_task(node, inner) or is_detailed(node, inner):
            end = max(c.last_end() for c in node.children) if node.children else node.last_end()
            self._emit(node, context, end, "paragraph with details")
        else:
            if is_own_duty(node, context):
                self._emit(
                    node,
                    context,
                    node.paragraph.end if node.paragraph else 0,
                    "sentence with a further paragraph",
                )
            self._under(node, inner)
        for table in node.tables:
            self._table(table_tasks(table), inner)

    def _items(self, node: Node, items: list[Node], inner: Context) -> None:
        """Duties listed under a "Nội dung:" label: the other labels hold for each of them."""
        before = len(self.found)
        for item in items:
            self._node(item, inner)
        _share(self.found[before:], node.labels)

    def _told(self, node: Node, told: LabelNode, inner: Context) -> None:
        """The content under a heading as one task; the heading's other labels are the task's own."""
        self._emit(told.node, inner, told.node.last_end(), "content under a heading")
        others = [x for x in node.labels if x is not told]
        others += [x for c in node.children if is_label_group(c) for x in c.labels]
        self.found[-1].values.update(_values(others))

    def _entered(self, node: Node, context: Context) -> Context:
        """The context below a heading."""
        title = node.title
        mode = mode_of(title, context.mode) if node.children else leaf_mode(title, context.mode)
        if not node.children and not node.labels and not node.tables:
            return replace(context, mode=mode)
        lead, coordinate = introduced(node)
        due = heading_due(title)
        own = self._leading_labels(node)
        mark = node.mark
        return Context(
            mode,
            (*context.code, mark) if mark else context.code,
            (*context.section, Section(mark=mark, title=title[:300])) if node.paragraph else context.section,
            lead or context.lead,
            coordinate or (() if lead else context.coordinate),
            due or context.due,
            tuple({**dict(context.values), **own}.items()),
        )

    def _leading_labels(self, node: Node) -> dict[Field, str]:
        """The labels that stand before the first child: they hold for all children."""
        first = min((c.paragraph.start for c in node.children if c.paragraph), default=None)
        if first is None:
            return {}
        early = [x for x in node.labels if x.node.paragraph and x.node.paragraph.start < first]
        return _values([x for x in early if x.label.field is not Field.CONTENT])

    def _under(self, node: Node, context: Context) -> None:
        """The children of a heading; labels after several of them belong to all since the set before."""
        groups = [c for c in node.children if is_label_group(c)]
        events: list[Node | LabelNode] = [c for c in node.children if c not in groups]
        events += [*node.labels, *(x for g in groups for x in g.labels)]
        events.sort(key=lambda e: (e.node if isinstance(e, LabelNode) else e).paragraph.start)  # type: ignore[union-attr]
        since: list[Found] = []
        labels: list[LabelNode] = []
        for event in events:
            if isinstance(event, LabelNode):
                labels.append(event)
                continue
            if labels:
                _share(since, labels)
                since, labels = [], []
            before = len(self.found)
            self._node(event, context)
            since += self.found[before:]
            context = with_intro(event, context)
        _share(since, labels)
        self._share_last(node)

    def _share_last(self, node: Node) -> None:
        """Labels under the last of several brothers that have none of their own are meant for all of them."""
        brothers = [c for c in node.children if c.level is not None and c.level < Level.STAR]
        if len(brothers) < 2 or not brothers[-1].labels or any(b.labels or b.children for b in brothers[:-1]):
            return
        starts = {b.paragraph.body_start for b in brothers if b.paragraph and b.level is brothers[-1].level}
        tasks = [f for f in self.found if f.start in starts]
        if tasks:
            tasks[-1].values = {}
        _share(tasks, brothers[-1].labels)

    def _leaf(self, node: Node, context: Context, inner: Context) -> None:
        paragraph = node.paragraph
        if paragraph is None or context.mode is Mode.SKIP or not is_task(node, context, inner):
            return
        rule = (
            "table-like labels"
            if node.labels
            else ("list item" if node.level else "paragraph under a heading")
        )
        self._emit(node, context, paragraph.end, f"{rule} in a section of tasks")

    def _emit(self, node: Node, context: Context, end: int, rule: str) -> None:
        paragraph = node.paragraph
        assert paragraph is not None
        start = paragraph.body_start
        content = [x for x in node.labels if x.label.field is Field.CONTENT]
        for label in content[:1]:
            end = max(end, label.node.last_end())
        start, end = self._trimmed(start, end)
        mark = node.mark
        self.found.append(
            Found(
                start,
                end,
                squeeze(self.text[start:end]),
                ".".join((*context.code, mark) if mark else context.code) or "-",
                context.section,
                rule,
                paragraph.page,
                values={**inline_labels(node.title), **_values(node.labels)},
                shared=dict(context.values),
                heading_lead=context.lead,
                heading_coordinate=context.coordinate,
                heading_due=context.due,
            )
        )

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Without a content label in front, white space around and the closing "./.": both places moved inwards."""
        raw = self.text[start:end]
        if (label := label_at_start(raw)) and label.field is Field.CONTENT:
            start += label.to
        if match := re.search(r"\s*\.?/\.?\s*$", self.text[start:end]):
            end = start + match.start()
        raw = self.text[start:end]
        return start + len(raw) - len(raw.lstrip()), end - (len(raw) - len(raw.rstrip()))

    def _table(self, rows: list[RowTask], context: Context) -> None:
        for row in rows:
            section = (*context.section, *row.section)
            code = [*context.code, *(s.mark for s in row.section if s.mark), row.mark]
            found = Found(
                row.start,
                row.end,
                squeeze(self.text[row.start : row.end]),
                ".".join(c for c in code if c),
                section,
                "row of a task table",
            )
            found.page, found.row, found.values, found.in_table = row.page, row.row, row.values, True
            self.found.append(found)


def _values(labels: list[LabelNode]) -> dict[Field, str]:
    """What the labels say, by field; one line may carry several ("Chủ trì: …; phối hợp: …; thời gian: …")."""
    values: dict[Field, str] = {}
    # "c) Phân công thực hiện:" over labels of its own only holds them together.
    for label in [y for x in labels for y in (x.node.labels if x.node.labels and not x.value else [x])]:
        said = labelled(label.node.title[label.label.at :])
        if label.value and len(said) < 2:
            said = {label.label.field: label.value}
        for what, value in said.items():
            if what is not Field.CONTENT and value:
                values[what] = f"{values[what]}\n{value}" if what in values else value
    return values


def _share(tasks: list[Found], labels: list[LabelNode]) -> None:
    """Labels that stand after tasks hold for them; what a task says itself under its own label stays."""
    shared = _values(labels)
    for task in tasks:
        task.shared = {**shared, **task.shared}
