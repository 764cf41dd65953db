"""A plan as YAML: written by hand or kept under version control, and read back with every error at once."""

from collections.abc import Iterator
from typing import Any, cast

import yaml
from pydantic import ValidationError

from documents.draft import PlanDraft
from documents.errors import DocumentError, Problem, at_line
from documents.shape_words import in_vietnamese

_Place = tuple[str | int, ...]
_KINDS = {"fixed", "period", "recurring", "ongoing", "relative", "other"}


class _Loader(yaml.SafeLoader):
    """Safe YAML in which dates stay text, so that an impossible date is *our* error, with its line."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Dumper(yaml.SafeDumper):
    """YAML for people: text of several words in one readable block, lists indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key."""
        return super().increase_indent(flow, False)


def to_yaml(draft: PlanDraft) -> str:
    """The draft as YAML; empty fields and the source text are left out, everything else comes back unchanged."""
    data = draft.model_dump(mode="json", exclude={"text"}, exclude_defaults=True)
    data["document"] = data.get("document", {})
    for item, printed in zip(draft.items, data.get("items", []), strict=True):
        printed["due"] = [
            {"kind": d.kind, **d.model_dump(mode="json", exclude_defaults=True)} for d in item.due
        ]
        if not item.due:
            del printed["due"]
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def from_yaml(text: str) -> PlanDraft:
    """Read a plan written as YAML.

    Raises `DocumentError` naming *all* that is wrong with it, each with its line: broken YAML, unknown keys, keys
    given twice, impossible dates, missing fields.
    """
    root = _compose(text)
    lines: dict[_Place, int] = {}
    problems = list(_walk(root, (), lines))
    try:
        draft = PlanDraft.model_validate(_plain(text))
    except ValidationError as error:
        problems += [_problem(e, lines) for e in error.errors()]
    else:
        if not problems:
            return draft
    raise DocumentError(*sorted(problems, key=_line_number))


def _compose(text: str) -> yaml.Node:
    try:
        root = cast("yaml.Node | None", yaml.compose(text, Loader=_Loader))  # pyright: ignore[reportUnknownMemberType]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise DocumentError(_broken(error)) from error
    if not isinstance(root, yaml.MappingNode):
        raise DocumentError(at_line(
            1, "a plan in YAML begins with the keys 'document' and 'items'",
            "kế hoạch dạng YAML bắt đầu bằng các khóa 'document' và 'items'",
        ))  # fmt: skip
    return root


def _plain(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 -- _Loader is a SafeLoader
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise DocumentError(_broken(error)) from error


def _broken(error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return at_line(
        mark.line + 1 if mark else None, f"this is not valid YAML: {said}", f"không phải YAML đúng ({said})"
    )


def _walk(root: yaml.Node, place: _Place, lines: dict[_Place, int]) -> Iterator[Problem]:
    """Note the line of every value, and report keys that are given twice."""
    waiting: list[tuple[yaml.Node, _Place]] = [(root, place)]
    seen: set[int] = set()
    while waiting:
        node, place = waiting.pop()
        lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += [(child, (*place, at)) for at, child in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            yield from _mapping(node, place, lines, waiting)


def _mapping(
    node: yaml.MappingNode,
    place: _Place,
    lines: dict[_Place, int],
    waiting: list[tuple[yaml.Node, _Place]],
) -> Iterator[Problem]:
    known: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        line = key.start_mark.line + 1
        if name in known:
            yield at_line(line, f"the key '{name}' is given twice", f"khóa '{name}' ghi hai lần")
        known.add(name)
        lines[(*place, name)] = line
        waiting.append((value, (*place, name)))


def _problem(error: Any, lines: dict[_Place, int]) -> Problem:
    """A pydantic error as a problem with the line of the nearest value that exists in the file."""
    place: _Place = tuple(error["loc"])
    # A deadline's kind stands in pydantic's place but not in the file: ("due", 0, "fixed", "date").
    spots = [
        place,
        tuple(p for i, p in enumerate(place) if p not in _KINDS or not isinstance(place[i - 1], int)),
    ]
    spots = [s for full in spots for s in (full[:n] for n in range(len(full), -1, -1))]
    line = next((lines[s] for s in sorted(set(spots), key=len, reverse=True) if s in lines), 1)
    name = ".".join(str(p) for p in place)
    if error["type"] == "extra_forbidden":
        return at_line(
            line, f"unknown key '{place[-1]}' (at {name})", f"không có khóa '{place[-1]}' (ở {name})"
        )
    if error["type"] == "missing":
        return at_line(line, f"'{place[-1]}' is missing (at {name})", f"thiếu '{place[-1]}' (ở {name})")
    return at_line(line, f"{name}: {error['msg']}", f"{name}: {in_vietnamese(error['type'])}")


def _line_number(problem: Problem) -> int:
    digits = problem.where.removeprefix("line ")
    return int(digits) if digits.isdigit() else 0
