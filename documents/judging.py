"""Whether a node of the outline is a task, a heading or a detail, and what a heading says about the tasks below it."""

import re
from dataclasses import dataclass, replace

from documents.dates import find_named
from documents.deadlines import FoundDue, find_due
from documents.draft import Section
from documents.fields import actors, heading_units
from documents.labels import Field, label_at_start
from documents.marks import Level
from documents.outline import LabelNode, Node
from documents.sections import Mode, duty_like, is_closing, is_statement
from documents.words import fold


@dataclass(frozen=True, slots=True)
class Context:
    """What the headings above say."""

    mode: Mode
    code: tuple[str, ...] = ()
    section: tuple[Section, ...] = ()
    lead: tuple[str, ...] = ()
    coordinate: tuple[str, ...] = ()
    due: str = ""
    values: tuple[tuple[Field, str], ...] = ()


def is_task(node: Node, context: Context, inner: Context) -> bool:
    """Whether a node without children is a task; `context` holds above it, `inner` would hold below it."""
    title = node.title
    if len(title) < 6 or is_closing(title) or (is_statement(title) and not node.labels):
        return False
    if node.tables and not node.labels and not duty_like(title):
        return False
    if title.rstrip().endswith(":") and (
        node.level is Level.ARTICLE or re.search(r"\bsau\s*:$", title.rstrip())
    ):
        return False
    label = label_at_start(title)
    if label and (label.field is Field.DETAIL or label.field is not Field.CONTENT and _is_outer(node)):
        return False
    if node.level is Level.ARTICLE and _ENACTS.search(fold(title)):
        return False
    if context.mode is Mode.FUND and not _named_duty(title):
        return False
    if any(x.value or x.node.labels for x in node.labels):
        return True
    if node.level is None:
        return duty_like(title) and not title.rstrip().endswith(":")
    sentence = (
        title.rstrip().endswith((".", ";")) and len(title.split()) > 9
    )  # its verb may be one that is not known
    if inner.mode is Mode.SKIP or not sentence and heading_units(title):
        return False
    if node.level <= Level.ROMAN and title.isupper():
        return False
    return not re.search(r"Phụ lục|phụ lục", title) or duty_like(title) and len(title) > 90


# What a decision itself does, and who answers for it: no duties that a plan gives.
_ENACTS = re.compile(
    r"^(?:phê duyệt|ban hành|thành lập|kiện toàn|công bố|công nhận|điều chỉnh|sửa đổi|bãi bỏ)\b"
    r"|\b(?:chịu trách nhiệm|căn cứ) [^.;]{0,40}(?:thi hành|thực hiện)(?: quyết định| nghị quyết)?\b[^.;]{0,20}[./]*$"
    r"|\bcăn cứ (?:quyết định|nghị quyết)(?: này)? thi hành\b|\bcó hiệu lực\b"
)


def _is_outer(node: Node) -> bool:
    return node.level is not None and node.level <= Level.ROMAN


def is_label_group(node: Node) -> bool:
    """ "b) Phân công thực hiện" over nothing but labels: they speak about what stands beside it."""
    label = label_at_start(node.title.rstrip(" .:") + ":")
    whole = (
        label is not None and label.field is not Field.CONTENT and label.to > len(node.title.rstrip(" .:"))
    )
    return whole and bool(node.labels) and not node.children


def content_items(node: Node) -> list[Node]:
    """The items under a "Nội dung:" label that are duties of their own."""
    told = [x for x in node.labels if x.label.field is Field.CONTENT]
    items = [c for x in told for c in x.node.children]
    duties = sum(duty_like(c.title) for c in items)
    bare = all(not x.node.title[x.label.to :].strip() for x in told)
    return items if len(items) > 1 and (duties == len(items) or bare and duties * 2 >= len(items)) else []


def told_content(node: Node) -> LabelNode | None:
    """The "b) Nội dung: …" of a heading whose other items only tell its aim, its place or its labels: the task."""
    told = [x for x in node.labels if x.label.field is Field.CONTENT and len(x.value) > 20]
    rest = [c for c in node.children if not is_label_group(c) and not _is_detail(c)]
    return told[0] if len(told) == 1 and node.children and not rest else None


def _is_detail(node: Node) -> bool:
    label = label_at_start(node.title)
    return label is not None and label.field is Field.DETAIL and not node.children


def is_one_task(node: Node, inner: Context) -> bool:
    """Whether what stands under the node only details it."""
    if inner.mode is Mode.SKIP or node.paragraph is None or node.level is None or content_items(node):
        return False
    if node.level <= Level.ROMAN or heading_units(node.title) or is_closing(node.title):
        return False
    children = list(node.children)
    details = [c for c in children if (x := label_at_start(c.title)) and x.field is Field.DETAIL]
    if len(details) == len(children) and children:
        return True
    if any(c.labels or c.children for c in children):
        return False
    if any(c.level is None and duty_like(c.title) for c in children):
        return False
    ends = node.title.rstrip()[-1:]
    duties = sum(duty_like(c.title) for c in children)
    if ends == ":" or ends in ".;":
        return duties * 2 < len(children) and duty_like(node.title) and inner.mode is not Mode.FUND
    return duties == 0 and duty_like(node.title)


def is_detailed(node: Node, inner: Context) -> bool:
    """A full sentence, its details, and then one set of labels with the mark of the details: one task."""
    if inner.mode is Mode.SKIP or node.level is None or node.level <= Level.ROMAN or not node.labels:
        return False
    title = node.title.rstrip()
    if title.endswith(":") or not duty_like(title) or not (title.endswith((".", ";")) or len(title) > 60):
        return False
    last = max((c.last_end() for c in node.children), default=0)
    after = all(x.node.paragraph and x.node.paragraph.start >= last for x in node.labels)
    levels = {c.level for c in node.children} | {x.node.level for x in node.labels}
    return after and len(levels) == 1 and not any(c.children or c.labels for c in node.children)


def is_own_duty(node: Node, context: Context) -> bool:
    """A sentence that is a duty although a further paragraph without a mark stands below it."""
    if (
        context.mode not in (Mode.TASK, Mode.OPEN)
        or node.paragraph is None
        or any(c.level is not None for c in node.children)
    ):
        return False
    title = node.title.rstrip()
    return title.endswith((".", ";")) and duty_like(title) and len(title) > 60 and not is_closing(title)


def introduced(node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who a heading puts in charge of what stands under it, and with whom.

    "3. Sở Tài chính", "Giao Sở Tài chính:", "Sở Tài chính chủ trì, …:", "a) Chủ trì, phối hợp với các sở".
    """
    title = node.title.strip()
    if not node.children or len(title) > 400:
        return (heading_units(title), ())
    said = actors(title)
    ends = title.endswith(":") or said.coordinate and title.rstrip(" .").endswith(said.coordinate[-1])
    lead = heading_units(title) or (said.lead if title.endswith(":") else ())
    return lead, said.coordinate if ends else ()


def with_intro(node: Node, context: Context) -> Context:
    """ "Chủ trì, phối hợp với các sở:" on a line without a mark speaks about the items after it."""
    title = node.title.rstrip()
    if node.level is None and not title.endswith((".", ";")) and (units := heading_units(title)):
        return replace(context, lead=units, coordinate=())
    if node.level is not None or not title.endswith(":") or len(title) > 400:
        return context
    said = actors(title)
    lead = said.lead or context.lead
    return replace(context, lead=lead, coordinate=said.coordinate or context.coordinate)


def _named_duty(title: str) -> bool:
    return bool(actors(title).lead) and not re.match(
        r"(?:Nguồn |Tổng )?[Kk]inh phí|Ngân sách|Nguồn vốn", title
    )


def heading_due(title: str) -> str:
    """The time that a heading prints for what stands under it ("Giai đoạn 2025 - 2030", "… (trước ngày 15/12)")."""
    folded = fold(title)
    named = find_named(folded)
    if named and len(title) < 90:
        rest = folded
        for name in reversed(named):
            rest = rest[: name.at] + " " + rest[name.to :]
        rest = re.sub(
            r"\b(?:giai đoạn|năm|quý|tháng|từ|đến|trước|ngày"
            r"|trong|hết|thời gian|tiến độ|đợt|\d)\b|[^\w]",
            " ",
            rest,
        )
        if not rest.strip():
            return title
    found: FoundDue | None = find_due(title) if len(title) < 200 else None
    return found.text if found and re.search(r"\(|:", title) else ""
