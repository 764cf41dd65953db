"""The administrator's desk: what is wrong with the directory, groups, and the directory as a file."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import directory
from actions.directory_files import Change, as_csv, as_yaml, changes, export_directory, read
from actions.errors import Problem, Refused
from models.database import reading
from models.letters import troubles
from models.lint import SERIOUS, lint
from models.people import ContactRole, GroupMember, Person, Unit, UnitGroup
from notifications.messages import Lang
from web.fault_words import FAULTS
from web.forms import wrong
from web.letter_words import LETTERS
from web.lists import units as unit_choices
from web.matching import split
from web.pages import ROLES
from web.sorting import vietnamese
from web.spec_forms import in_shape
from web.visit import Administering, Looking, Visit

router = APIRouter(prefix="/office")

DIRECTORY_LIMIT = 4 << 20
SHOWN = 12
"""How many of one kind of fault stand open; the rest is folded away."""


@router.get("")
def desk(visit: Administering) -> Response:
    """Where everything of the administrator's is found, with what wants doing."""
    with reading(visit.url) as session:
        found = lint(session)
        counts = {
            "units": len(session.exec(select(Unit.id).where(col(Unit.active))).all()),
            "people": len(session.exec(select(Person.id).where(col(Person.active))).all()),
            "serious": sum(f.fault in SERIOUS for f in found),
            "faults": len(found),
            "letters": len(troubles(session)),
        }
    return visit.page("office.html", counts=counts)


@router.get("/faults")
def faults(visit: Looking) -> Response:
    """What is wrong with the directory, kind by kind, and what to do about each."""
    with reading(visit.url) as session:
        by_kind: dict[Any, list[Any]] = {}
        for found in lint(session):
            by_kind.setdefault(found.fault, []).append(found)
        letters = troubles(session)
    return visit.page(
        "faults.html",
        by_kind=by_kind,
        words=FAULTS,
        serious=SERIOUS,
        most=SHOWN,
        letters=letters,
        titles=LETTERS,
    )


@router.get("/groups")
def groups(visit: Administering) -> Response:
    """Every group with its units, and the form for one more."""
    return _groups(visit)


def _groups(visit: Visit, problems: Sequence[Problem] = ()) -> Response:
    given = visit.request.query_params
    with reading(visit.url) as session:
        rows = sorted(session.exec(select(UnitGroup)), key=lambda g: vietnamese(g.name))
        query = select(GroupMember.group_id, Unit).join(Unit, col(Unit.id) == col(GroupMember.unit_id))
        members: dict[int, list[Unit]] = {}
        for group, unit in session.exec(query.where(col(Unit.active))):
            members.setdefault(group, []).append(unit)
        edited = next((g for g in rows if str(g.id) == given.get("edit", visit.form.text("edit"))), None)
        return visit.page(
            "groups.html", groups=rows, members=members, edited=edited, units=unit_choices(session),
            inside={u.id for u in members.get(edited.id or 0, [])} if edited else set[int](),
            problems=problems, typed=visit.form,
        )  # fmt: skip


@router.post("/groups")
def save_group(visit: Administering) -> Response:
    """Add a group or change one: its name, its other names, and which units are in it."""

    def step(session: Session) -> None:
        form = visit.form
        if not form.text("edit") and _group(session, form.text("code")):
            raise wrong("code", f"mã {form.text('code')} đã có", f"the code {form.text('code')} is taken")
        aliases = split(form.text("aliases"))
        spec = in_shape(
            directory.GroupSpec, {"code": form.text("code"), "name": form.text("name"), "aliases": aliases}
        )
        if not spec.name:
            raise wrong("name", "hãy ghi tên khối", "give the group's name")
        directory.settle_group(session, spec, form.numbers("units"), at=visit.at, actor=visit.actor)

    return visit.does(step, "/office/groups", "saved", lambda p: _groups(visit, p))


def _group(session: Session, code: str) -> UnitGroup | None:
    return session.exec(select(UnitGroup).where(UnitGroup.code == code)).first()


@router.get("/directory")
def directory_page(visit: Administering) -> Response:
    """The directory as a file: take it out, or put one in."""
    return _directory(visit)


def _directory(
    visit: Visit,
    problems: Sequence[Problem] = (),
    text: str = "",
    name: str = "",
    seen: list[Change] | None = None,
) -> Response:
    return visit.page(
        "directory.html", text=text, file=name, seen=seen, problems=problems, typed=visit.form,
        in_words=partial(_in_words, lang=visit.lang),
    )  # fmt: skip


_VALUES: Mapping[str, str] = {
    "True": "có", "False": "không", "mailbox": "hộp thư chung", "officer": "chuyên viên", "deputy": "người thay thế",
    "superior": "cấp trên nhận báo cáo trễ", **ROLES["vi"],
}  # fmt: skip


def _in_words(value: str, lang: Lang) -> str:
    """A value of the directory's file as a person reads it: what only programs write is put into words."""
    if lang == "en":
        return value
    roles = "|".join(ContactRole)
    return _VALUES.get(value) or re.sub(rf"(?<=\()({roles})(?=[:)])", lambda found: _VALUES[found[0]], value)


@router.get("/directory.yaml")
def as_yaml_file(visit: Administering) -> Response:
    """The whole directory as YAML."""
    with reading(visit.url) as session:
        body = as_yaml(export_directory(session))
    headers = {"content-disposition": "attachment; filename=danh-ba.yaml"}
    return Response(body, media_type="application/yaml; charset=utf-8", headers=headers)


@router.get("/directory.csv")
def as_csv_file(visit: Administering) -> Response:
    """The units with their addresses as CSV, with the mark that spreadsheets want."""
    with reading(visit.url) as session:
        body = "\ufeff" + as_csv(export_directory(session))
    headers = {"content-disposition": "attachment; filename=danh-ba.csv"}
    return Response(body.encode(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/directory/look")
def look(visit: Administering) -> Response:
    """What a file would change: nothing is written, and its text can still be corrected on the page."""
    name, text = visit.form.text("name"), visit.form.text("text")
    try:
        if files := visit.form.files("directory"):
            name = files[0].filename or ""
            text = _text(name, files[0].file.read(DIRECTORY_LIMIT))
        if not text:
            raise wrong("directory", "hãy chọn tệp danh bạ", "choose a file")
        with reading(visit.url) as session:
            return _directory(visit, text=text, name=name, seen=changes(session, read(text, name)))
    except Refused as error:
        return visit.refused(error, lambda p: _directory(visit, p, text, name))


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise wrong("directory", f"{name}: không phải UTF-8", f"{name}: not UTF-8") from error


@router.post("/directory")
def put_in(visit: Administering) -> Response:
    """Put a directory in whose changes were looked at."""
    name, text = visit.form.text("name"), visit.form.text("text")

    def step(session: Session) -> None:
        directory.apply_directory(session, read(text, name), at=visit.at, actor=visit.actor)

    return visit.does(step, "/office/faults", "directory", lambda p: _directory(visit, p, text, name))
