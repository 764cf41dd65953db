"""People with their roles, the one-time keys for their passwords, and the keys of their programs and calendars."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from actions import accounts, directory
from actions.accounts import ONLY_READS, READS_AND_WRITES
from actions.errors import NotFound, Problem, Refused
from models.accounts import AccessKey, Credential, KeyPurpose, PlanScope, SecondFactor
from models.database import reading, unit_of_work
from models.people import Person, PersonRole, Unit
from web.forms import wrong
from web.lists import PAGE, Wanted
from web.lists import units as unit_choices
from web.sorting import vietnamese
from web.spec_forms import in_shape
from web.visit import Administering, Visit

router = APIRouter()

LIVES = {"30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365)}
"""How long an administrator lets a key for a program live, by the words of the form."""


@router.get("/people")
def list_people(visit: Administering) -> Response:
    """Everybody who has a role, and the form for one more."""
    return _people(visit)


def _people(
    visit: Visit, problems: Sequence[Problem] = (), made: tuple[Person, str] | None = None
) -> Response:
    given = visit.request.query_params
    with reading(visit.url) as session:
        everybody = sorted(session.exec(select(Person)), key=lambda p: (not p.active, vietnamese(p.name)))
        role, words = given.get("role", ""), given.get("words", "").strip().casefold()
        page = Wanted.of(given).page
        shown = [
            p for p in everybody
            if (not role or p.role == role) and (not words or words in f"{p.name} {p.code} {p.address}".casefold())
        ]  # fmt: skip
        return visit.page(
            "people.html", people=shown[(page - 1) * PAGE : page * PAGE], found=len(shown), page=page, size=PAGE,
            can=set(session.exec(select(Credential.person_id))), role=role,
            units=dict(unit_choices(session)), roles=list(PersonRole), made=made, problems=problems, typed=visit.form,
            edited=next((p for p in everybody if str(p.id) == given.get("edit", "")), None), total=len(everybody),
            words=given.get("words", ""), factors=_with_factor(session), limited=_limited(session),
        )  # fmt: skip


def _with_factor(session: Session) -> set[int]:
    return set(
        session.exec(select(SecondFactor.person_id).where(col(SecondFactor.confirmed_at).is_not(None)))
    )


def _limited(session: Session) -> dict[int, int]:
    """To how many plans coordinators are limited who have some only."""
    counted = select(PlanScope.person_id, sa.func.count()).group_by(col(PlanScope.person_id))
    return dict(session.exec(counted).all())


@router.post("/people")
def save_person(visit: Administering) -> Response:
    """Add somebody, or change who has this code."""

    def step(session: Session) -> None:
        form = visit.form
        unit = session.get(Unit, form.number("unit") or 0)
        if form.text("role") == PersonRole.UNIT and unit is None:
            raise wrong(
                "unit", "hãy chọn đơn vị mà người này làm việc cho", "choose the unit this person works for"
            )
        if form.text("new") and session.exec(select(Person).where(Person.code == form.text("code"))).first():
            raise wrong("code", f"mã {form.text('code')} đã có", f"the code {form.text('code')} is taken")
        values = {
            "code": form.text("code"),
            "name": form.text("name"),
            "role": form.text("role"),
            "address": form.text("address"),
            "unit": unit.code if unit else None,
        }
        spec = directory.DirectorySpec(people=[in_shape(directory.PersonSpec, values)])
        directory.apply_directory(session, spec, at=visit.at, actor=visit.actor)

    return visit.does(step, "/people", "saved", lambda p: _people(visit, p))


def _the_person(session: Session, number: int) -> Person:
    person = session.get(Person, number)
    if person is None:
        raise NotFound([Problem(f"there is no person {number}", f"không có người dùng số {number}")])
    return person


@router.post("/people/{number}/key")
def give_key(number: int, visit: Administering) -> Response:
    """A one-time address with which somebody chooses a password; shown once, here."""
    try:
        with unit_of_work(visit.url) as session:
            person = _the_person(session, number)
            secret = accounts.make_key(
                session, person, KeyPurpose.SET_PASSWORD, now=visit.now, at=visit.at, actor=visit.actor,
                life=accounts.FIRST_KEY_LIFE,
            )  # fmt: skip
    except Refused as error:
        return visit.refused(error, lambda p: _people(visit, p))
    return _people(visit, made=(person, f"{visit.place.settings.public_url}/set-password/{secret}"))


@router.post("/people/{number}/active")
def set_active(number: int, visit: Administering) -> Response:
    """Shut somebody out, or let them in again."""
    active = visit.form.text("active") == "yes"

    def step(session: Session) -> None:
        person = _the_person(session, number)
        accounts.set_active(session, person, active=active, now=visit.now, at=visit.at, actor=visit.actor)

    return visit.does(step, "/people", "saved", lambda p: _people(visit, p))


@router.get("/office/keys")
def list_keys(visit: Administering) -> Response:
    """Every key that opens something for a program or a calendar, whose it is, until when, and when it was used."""
    return _keys(visit)


def _keys(visit: Visit, problems: Sequence[Problem] = (), made: str = "") -> Response:
    with reading(visit.url) as session:
        query = select(AccessKey, Person).join(Person, col(Person.id) == col(AccessKey.person_id))
        rows = session.exec(
            query.where(AccessKey.purpose != KeyPurpose.SET_PASSWORD).order_by(col(AccessKey.id).desc())
        ).all()
        people = sorted(
            session.exec(select(Person).where(col(Person.active))), key=lambda p: vietnamese(p.name)
        )
        still = [(k, p) for k, p in rows if _opens(k, visit)]
        return visit.page(
            "keys.html", keys=still, ended=[(k, p) for k, p in rows if not _opens(k, visit)][:50], made=made,
            people=[(p.id, f"{p.name} ({p.code})") for p in people], problems=problems, typed=visit.form,
        )  # fmt: skip


def _opens(key: AccessKey, visit: Visit) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > visit.now)


@router.post("/office/keys")
def make_key(visit: Administering) -> Response:
    """A key with which a program calls as somebody; shown once, here."""
    form = visit.form
    try:
        with unit_of_work(visit.url) as session:
            person = session.get(Person, form.number("person") or 0)
            if person is None or not person.active:
                raise wrong("person", "hãy chọn người mà khóa thay mặt", "choose whom the key acts for")
            if not form.text("name"):
                raise wrong(
                    "name", "hãy đặt tên khóa theo chương trình dùng nó", "name the key by its program"
                )
            secret = accounts.make_key(
                session, person, KeyPurpose.API, now=visit.now, at=visit.at, actor=visit.actor,
                name=form.text("name"), scopes=READS_AND_WRITES if form.text("may") == "write" else ONLY_READS,
                life=LIVES.get(form.text("life"), LIVES["90"]),
            )  # fmt: skip
    except Refused as error:
        return visit.refused(error, lambda p: _keys(visit, p))
    return _keys(visit, made=secret)


@router.post("/office/keys/{key_id}/revoke")
def revoke_key(key_id: int, visit: Administering) -> Response:
    """End anybody's key."""

    def step(session: Session) -> None:
        key = session.get(AccessKey, key_id)
        if key is None:
            raise NotFound([Problem(f"there is no key {key_id}", f"không có khóa số {key_id}")])
        owner = _the_person(session, key.person_id)
        accounts.revoke_key(session, key_id, owner, now=visit.now, at=visit.at, actor=visit.actor)

    return visit.does(step, "/office/keys", "revoked-key", lambda p: _keys(visit, p))
