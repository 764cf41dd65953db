"""The outline of a document: its parts (the decision, the plan it carries, the annexes) and in each a tree of marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from documents.labels import Field, Label, label_at_start
from documents.marks import Level
from documents.names import name_end, starts_unit
from documents.paragraphs import Paragraph, paragraphs
from documents.sections import is_closing
from documents.source import LineKind, Source
from documents.tables import Table, pasted_tables, real_tables
from documents.words import fold


@dataclass(slots=True)
class Node:
    """A paragraph with what stands under it; the root of a part has no paragraph.

    `labels` are the label paragraphs among what stands under it, each with what stands under *them*. A set before the
    first child speaks about the node itself, a later one about the children since the set before.
    """

    paragraph: Paragraph | None
    level: Level | None
    children: list["Node"] = field(default_factory=list["Node"])
    labels: list["LabelNode"] = field(default_factory=list["LabelNode"])
    tables: list[Table] = field(default_factory=list[Table])

    @property
    def title(self) -> str:
        """Its words without the mark."""
        return self.paragraph.body if self.paragraph else ""

    @property
    def mark(self) -> str:
        """Its printed mark, as it goes into a section path; empty for dashes and bare paragraphs."""
        found = self.paragraph.mark if self.paragraph else None
        return found.text if found and found.level < Level.STAR else ""

    def last_end(self) -> int:
        """Where the text of this node and everything under it ends."""
        ends = [self.paragraph.end if self.paragraph else 0]
        ends += [c.last_end() for c in self.children] + [x.node.last_end() for x in self.labels]
        return max(ends)


@dataclass(slots=True)
class LabelNode:
    """A label paragraph: which field it gives, its value's place inside the paragraph, and what stands under it."""

    label: Label
    node: Node

    @property
    def value(self) -> str:
        """The words behind the label, and those of the paragraphs under it, one a line."""
        own = self.node.title[self.label.to :].strip()
        if self.node.title.startswith("("):
            own = own.lstrip("(").rstrip(").;")
        return own or "\n".join(c.title for c in walk(self.node) if c is not self.node).strip()


class PartKind(StrEnum):
    """What a part of the document is."""

    BODY = "body"
    CARRIER = "carrier"
    """The articles of a decision that only enacts the plan behind it."""
    ANNEX = "annex"


@dataclass(slots=True)
class Part:
    """One part: its tree, its number among the annexes (0 elsewhere), its title lines."""

    kind: PartKind
    root: Node
    number: int = 0
    title: str = ""


@dataclass(slots=True)
class Outline:
    """The parts of a document, and the paragraphs and tables that stand before the first of them."""

    parts: list[Part]
    head: list[Paragraph]
    head_tables: list[Table]
    paragraphs: list[Paragraph]
    tables: list[Table]


_ANNEX = re.compile(
    r"(?:PHỤ LỤC|Phụ lục|PHỤ LUC)(?:\s+(?:số\s+|SỐ\s+)?[\dIVXA-D]+)?\s*[.:)]?(?:\s*[-–"
    r":]?\s*(?=[A-ZÀ-ỸĐ(]).*)?$"
)
_FORM = re.compile(r"(?:MẪU|Mẫu|BIỂU|Biểu|ĐỀ CƯƠNG|Biểu mẫu)\s*(?:số|SỐ|BÁO CÁO|mẫu|\d|[IVX]+\b)")
_NEW_TITLE = re.compile(
    r"(?:KẾ HOẠCH|CHƯƠNG TRÌNH(?: HÀNH ĐỘNG)?|ĐỀ ÁN"
    r"|PHƯƠNG ÁN|LỘ TRÌNH|QUY CHẾ|HƯỚNG DẪN|DANH MỤC.*)\s*$"
)
_RECEIVERS = re.compile(r"\W*(?:Nơi nhận|NƠI NHẬN|Nơi gửi)\s*:?")
_SIGNED = re.compile(r"(?:TM\.|KT\.|TL\.|TUQ\.|T/M|K/T)\s")
_KNOWN_TITLE = re.compile(
    r"(?:mục đích|yêu cầu|mục tiêu|nhiệm vụ|nội dung"
    r"|giải pháp|tổ chức thực hiện|kinh phí|căn cứ"
    r"|phân công|tiến độ|quan điểm)\b"
)
# "Yêu cầu các đơn vị nghiêm túc thực hiện" at the end of a plan asks for nothing in particular.
_LAST_CALL = re.compile(
    r"^[^.;]{0,220}\b(?:nghiêm túc (?:tổ chức |triển khai )*thực hiện|thực hiện nghiêm(?: túc)?)"
    r"(?: kế hoạch(?: này)?)?\s*(?:[./]|$)"
    r"|^yêu cầu [^.;]{0,160}\b(?:thực hiện|triển khai)(?: (?:tốt|đầy đủ|hiệu quả|có hiệu quả|các nội dung|của))*"
    r" kế hoạch này\s*(?:[./]|$)"
)
_COVERED = re.compile(r"\(?\s*(?:[Bb]an hành\s+)?[Kk]èm theo")

_WHO_LEADS = re.compile(
    r"\s*(?:là cơ quan\s+|là đơn vị\s+)?(?:chủ trì|đầu mối)\b\s*,?\s*(?:phối hợp\s+(?:với|cùng)\s+(?P<with>.*))?"
)
_DOES = re.compile(r"(?:\s*(?:tham mưu|thực hiện|triển khai|tổ chức))*\s*\)?[.;]?$")


def _says_who(text: str) -> bool:
    """ "(Sở Nội vụ chủ trì, phối hợp với Sở Tài chính)" on a line of its own: a label without its word."""
    words = text.removeprefix("(")
    if len(text) > 250 or not starts_unit(words):
        return False
    match = _WHO_LEADS.match(words, name_end(words))
    if not match:
        return False
    end = name_end(words, match.start("with")) if match["with"] else match.end()
    return _DOES.match(words, end) is not None


def outline(source: Source) -> Outline:
    """Find the parts of a document and the tree in each."""
    tables = real_tables(source.lines)
    loose = [x for x in source.lines if x.kind is not LineKind.CELL]
    pasted, loose = pasted_tables(loose)
    tables = sorted([*tables, *pasted], key=lambda t: t.start)
    texts = paragraphs(source, loose, [t.start for t in tables])
    return _Builder(texts, tables).build()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it, in reading order, labels left out."""
    yield node
    for child in node.children:
        yield from walk(child)


class _Builder:
    """One pass over paragraphs and tables in reading order."""

    def __init__(self, texts: list[Paragraph], tables: list[Table]) -> None:
        self.texts = texts
        self.tables = tables
        self.head: list[Paragraph] = []
        self.head_tables: list[Table] = []
        self.parts: list[Part] = []
        self.annexes = 0
        self.stack: list[Node] = []
        self.full: set[int] = set()  # by identity: equal words elsewhere are another label
        """Label nodes whose value stands on their own line."""
        self.closed = False
        """The text of the part has ended (receivers, signature): what follows is no task until a new part begins."""
        self.titling = False

    def build(self) -> Outline:
        elements: list[Paragraph | Table] = sorted([*self.texts, *self.tables], key=lambda e: e.start)
        for element in elements:
            if isinstance(element, Table):
                self._table(element)
            else:
                self._paragraph(element)
        self._carriers()
        return Outline(self.parts, self.head, self.head_tables, self.texts, self.tables)

    def _table(self, table: Table) -> None:
        first = " ".join(" ".join(r.texts()) for r in table.rows[:2])
        if _RECEIVERS.search(first) or re.search(r"(?:TM\.|KT\.|TL\.)\s", first) and len(table.rows) < 6:
            self.closed = True
        elif not self.parts:
            self.head_tables.append(table)
        else:
            self.titling = False
            self.stack[-1].tables.append(table)
            if self.closed and len(table.rows) > 3:
                self.stack[0].tables += [table] if self.stack[-1] is not self.stack[0] else []

    def _paragraph(self, text: Paragraph) -> None:
        if _ANNEX.match(text.text) and len(text.text) < 200:
            self._start(PartKind.ANNEX, text)
        elif self._is_new_title(text):
            self._start(PartKind.BODY, text)
        elif not self.parts:
            self._before(text)
        elif self.closed:
            self._reopen(text)
        elif _RECEIVERS.match(text.text) or _SIGNED.match(text.text):
            self.closed = True
        else:
            self._place(text)

    def _start(self, kind: PartKind, text: Paragraph) -> None:
        self.annexes += kind is PartKind.ANNEX
        number = self.annexes if kind is PartKind.ANNEX else 0
        root = Node(None, None)
        self.parts.append(Part(kind, root, number, text.text))
        self.stack, self.closed, self.titling = [root], False, True

    def _is_new_title(self, text: Paragraph) -> bool:
        """The title of a plan that follows the decision which enacts it."""
        return bool(self.parts) and self.closed and _NEW_TITLE.match(text.text) is not None

    def _before(self, text: Paragraph) -> None:
        outer = text.level is not None and text.level <= Level.NUMBER
        if outer or (text.text.isupper() and _KNOWN_TITLE.match(fold(text.text))):
            self._start(PartKind.BODY, text)
            self.titling = False
            self.parts[-1].title = ""
            self._place(text)
        else:
            self.head.append(text)

    def _reopen(self, text: Paragraph) -> None:
        """After the signature only an annex goes on; a heading in Roman numbers there begins one without a title."""
        if text.level is Level.ROMAN and text.body.isupper() and len(text.body) > 8:
            self._start(PartKind.ANNEX, text)
            self._place(text)

    def _carriers(self) -> None:
        """A decision whose plan follows as a part of its own only carries it."""
        for first, second in zip(self.parts, self.parts[1:], strict=False):
            articles = [c for c in first.root.children if c.level is Level.ARTICLE]
            if second.kind is PartKind.BODY and articles and first.kind is PartKind.BODY:
                first.kind = PartKind.CARRIER

    # -- the tree ------------------------------------------------------------------------------------------------

    def _place(self, text: Paragraph) -> None:
        if self.titling and text.mark is None:
            self._title(text)
            return
        self.titling = False
        label = label_at_start(text.body) if text.body[:1].isupper() or text.mark else None
        if label and label.field is not Field.DETAIL and (text.level is None or text.level >= Level.NUMBER):
            self._label(text, label)
        elif text.level is None:
            self._bare(text)
        else:
            self._push(Node(text, text.level))

    def _title(self, text: Paragraph) -> None:
        part = self.parts[-1]
        if _COVERED.match(text.text) or text.text.isupper() or len(part.title) < 200 and len(text.text) < 160:
            part.title = f"{part.title} {text.text}"
            self.titling = not _COVERED.match(text.text)
        else:
            self.titling = False
            self._place(text)

    def _pop_to(self, level: Level) -> None:
        while len(self.stack) > 1:
            top = self.stack[-1].level
            if top is not None and top < level:
                return
            self.stack.pop()

    def _push(self, node: Node) -> None:
        assert node.level is not None
        self._pop_closed_labels()
        if node.level is Level.ARTICLE and any(c.level is Level.ARTICLE for c in self.stack[0].children):
            del self.stack[1:]  # the plan inside "Điều 1" has its own Roman numbers
        nested = node.level is Level.STAR and self.stack[-1].title.endswith(":") and self._no_star_open()
        if not nested:
            self._pop_to(node.level)
        self.stack[-1].children.append(node)
        self.stack.append(node)

    def _no_star_open(self) -> bool:
        return all(n.level is not Level.STAR for n in self.stack) and (self.stack[-1].level or 0) > Level.STAR

    def _pop_closed_labels(self) -> None:
        """A label that has its value on its own line takes nothing under it."""
        while len(self.stack) > 1 and id(self.stack[-1]) in self.full:
            self.stack.pop()

    def _bare(self, text: Paragraph) -> None:
        """A paragraph without a mark: a heading in capitals, or running text under what stands open."""
        if text.text.isupper() and len(text.text) < 150 and _KNOWN_TITLE.match(fold(text.text)):
            self._push(Node(text, Level.ROMAN))
            return
        if is_closing(text.text) or _LAST_CALL.search(fold(text.text[:400])):
            return
        if text.text.startswith("(") and (label := label_at_start(text.text[1:])):
            self._label(text, replace(label, at=1, to=label.to + 1))
            return
        if _says_who(text.text):
            self._label(text, Label(Field.LEAD, 0, 0))
            return
        node = Node(text, None)
        while len(self.stack) > 1 and (self.stack[-1].level or 0) >= Level.STAR:
            self.stack.pop()
        self.stack[-1].children.append(node)

    def _label(self, text: Paragraph, label: Label) -> None:
        """Hang a label on what it speaks about.

        A label with a mark stands beside its brothers and speaks about what is above them, or about the brothers
        before it; a bare label speaks about the items before it.
        """
        node = Node(text, text.level)
        found = LabelNode(label, node)
        if text.level is None:
            while len(self.stack) > 1 and (self.stack[-1].level or 0) >= Level.STAR:
                self.stack.pop()
            self.stack[-1].labels.append(found)
            return
        self._pop_closed_labels()
        open_levels = {n.level for n in self.stack}
        below = self.stack[-1].level or 0
        if text.level in open_levels or text.level < max(Level.STAR, below) or below < Level.STAR:
            self._pop_to(text.level)
        self.stack[-1].labels.append(found)
        self.stack.append(node)
        if found.value and label.field is not Field.CONTENT:
            self.full.add(id(node))
