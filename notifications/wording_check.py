"""What is wrong with a wording that an office has written: everything at once, each with its part and line."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jinja2 import TemplateSyntaxError, nodes
from rapidfuzz import process

from notifications.messages import Lang
from notifications.values import Values, names
from notifications.wording import BOLD, FILTERS, Parts, Unfit, own, rendered, sandbox

MOST = 4000
"""How long one part may be, in characters."""
MUST_ASK = {("extension_decision", "headline"): "granted"}
"""By letter and part: what it must ask about, for without it a yes reads like a no."""
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Filter, nodes.CondExpr, nodes.Or,
    nodes.And, nodes.Not, nodes.Compare, nodes.Operand, nodes.Const, nodes.Concat,
)  # fmt: skip
_KNOWN_AS: dict[type[nodes.Node], tuple[str, str]] = {
    nodes.For: ("{% for %}", "{% for %}"),
    nodes.Getattr: ("dấu chấm sau tên biến", "a dot after a variable"),
    nodes.Getitem: ("ngoặc vuông sau tên biến", "brackets after a variable"),
    nodes.Call: ("ngoặc đơn sau tên biến", "a call"),
    nodes.Assign: ("{% set %}", "{% set %}"),
    nodes.Test: ("phép thử “is”", "a test with “is”"),
}


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong: in which part, in which line of it (0: as a whole), and what to do."""

    part: str
    line: int
    en: str
    vi: str


def flaws(letter: str, lang: Lang, parts: Parts, samples: Iterable[Values]) -> list[Flaw]:
    """Everything that is wrong with these parts, tried on every sample; none means that it may be used."""
    tried, out = list(samples), list[Flaw]()
    for part in own(lang)[letter]:
        source = parts.get(part, "").strip()
        found = [*_written(letter, part, source)]
        out += found or _said(letter, part, source, tried)
    return out


def _written(letter: str, part: str, source: str) -> Iterator[Flaw]:
    """What is wrong with the source itself."""
    if len(source) > MOST:
        yield Flaw(part, 0, f"at most {MOST} characters", f"dài quá {MOST} ký tự; hãy rút gọn")
        return
    if part in {"subject", "headline"} and "\n" in source:
        yield Flaw(part, 2, "one line only", "chỉ được một dòng")
    try:
        tree = sandbox(html=False).parse(source)
    except TemplateSyntaxError as error:
        yield Flaw(
            part, error.lineno, f"cannot be read: {error.message}; each {{{{ needs }}}}, each {{% if %}} {{% endif %}}",
            f"không đọc được ({error.message}); mỗi {{{{ phải có }}}}, mỗi {{% if … %}} phải có {{% endif %}}",
        )  # fmt: skip
        return
    known = names(letter)
    yield from _odd(part, tree, known)
    yield from _bold(part, tree)
    wanted = MUST_ASK.get((letter, part))
    if wanted and wanted not in {n.name for n in tree.find_all(nodes.Name)}:
        yield Flaw(
            part, 0, f"it must tell both answers: {{% if {wanted} %}}…{{% else %}}…{{% endif %}}",
            f"phải nói rõ cả hai trường hợp: {{% if {wanted} %}}…{{% else %}}…{{% endif %}}",
        )  # fmt: skip


def _odd(part: str, node: nodes.Node, known: Iterable[str]) -> Iterator[Flaw]:
    """Unknown variables and filters, and what templates know but letters have no use for."""
    line = node.lineno or 0
    if not isinstance(node, _ALLOWED):
        vi, en = _KNOWN_AS.get(type(node), (type(node).__name__, type(node).__name__))
        yield Flaw(
            part, line, f"{en} has no place here", f"ở đây không dùng được {vi}; chỉ dùng biến và {{% if %}}"
        )
        return
    if isinstance(node, nodes.Name) and node.name not in known:
        near = _near(node.name, known)
        yield Flaw(
            part, line, f"there is no variable {node.name}" + (f"; did you mean {near}?" if near else ""),
            f"không có biến {node.name}" + (f"; có phải {near}?" if near else "; xem danh sách bên cạnh"),
        )  # fmt: skip
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        has = ", ".join(FILTERS)
        yield Flaw(
            part, line, f"no filter {node.name}; there is: {has}", f"không có “| {node.name}”; có: {has}"
        )
    for child in node.iter_child_nodes():
        yield from _odd(part, child, known)


def _near(name: str, known: Iterable[str]) -> str:
    best = process.extractOne(name, list(known), score_cutoff=60)
    return best[0] if best else ""


def _bold(part: str, tree: nodes.Template) -> Iterator[Flaw]:
    """Marks of bold that are not closed where they were opened, so that HTML would not be either."""
    if part == "subject":
        odd = next((d for d in tree.find_all(nodes.TemplateData) if BOLD in d.data), None)
        if odd:
            yield Flaw(part, odd.lineno, "a subject has no bold", "tiêu đề không in đậm được; hãy bỏ dấu **")
        return
    for body in _bodies(tree):
        data = [d for out in body if isinstance(out, nodes.Output) for d in out.nodes
                if isinstance(d, nodes.TemplateData)]  # fmt: skip
        marked = [d for d in data if BOLD in d.data]
        if sum(d.data.count(BOLD) for d in marked) % 2:
            yield Flaw(
                part, marked[-1].lineno, "** is opened and not closed in the same place",
                "có dấu ** mở mà không đóng trong cùng một đoạn",
            )  # fmt: skip


def _bodies(tree: nodes.Template) -> Iterator[Sequence[nodes.Node]]:
    yield tree.body
    for one in tree.find_all(nodes.If):
        yield one.body
        yield one.else_


def _said(letter: str, part: str, source: str, samples: Sequence[Values]) -> list[Flaw]:
    """What is wrong with what it says, on any of the samples; the first that shows it."""
    for values in samples:
        try:
            for html in (False, True):
                rendered(letter, {part: source}, values, html=html)
        except Unfit as error:
            return [Flaw(part, 0, error.en, error.vi)]
    return []
