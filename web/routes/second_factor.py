"""One's own second factor: set it up with a phone, see new recovery codes, take it off."""

import io
from collections.abc import Callable, Sequence

import segno
from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from actions import second_factor
from actions.accounts import SignInRefused
from actions.errors import Problem, Refused
from models.database import reading, unit_of_work
from web import signing_in
from web.visit import Administering, SignedIn, Visit

router = APIRouter()

OWN = "/account/second-factor"


@router.get(OWN)
def show(visit: SignedIn) -> Response:
    """Whether a second factor is in use, and what can be done about it."""
    return _page(visit)


def _page(
    visit: Visit,
    problems: Sequence[Problem] = (),
    seed: str = "",
    picture: bytes = b"",
    codes: Sequence[str] = (),
) -> Response:
    with reading(visit.url) as session:
        used = second_factor.in_use(session, visit.me)
        left = second_factor.codes_left(session, visit.me)
    return visit.page(
        "second-factor.html", used=used, left=left, required=visit.lacks_factor, problems=problems, seed=seed,
        picture=picture, codes=codes,
    )  # fmt: skip


@router.post(OWN)
def begin(visit: SignedIn) -> Response:
    """Show the code that a phone reads."""
    seal = visit.place.seal(second_factor.PURPOSE)
    try:
        with unit_of_work(visit.url) as session:
            seed = second_factor.begin(session, visit.me, seal, now=visit.now)
    except Refused as error:
        return visit.refused(error, lambda p: _page(visit, p))
    return _setting_up(visit, seed)


def _setting_up(visit: Visit, seed: str, problems: Sequence[Problem] = ()) -> Response:
    address = second_factor.address(seed, visit.me, visit.place.settings.office)
    picture = io.BytesIO()
    segno.make(address, micro=False, error="m").save(picture, kind="png", scale=5, border=3)
    return _page(visit, problems, seed=seed, picture=picture.getvalue())


@router.post(f"{OWN}/confirm")
def confirm(visit: SignedIn) -> Response:
    """Put it into use with a first code; shows the recovery codes, once."""
    seal = visit.place.seal(second_factor.PURPOSE)
    try:
        with unit_of_work(visit.url) as session:
            codes = second_factor.confirm(
                session, visit.me, visit.form.text("code"), seal, now=visit.now, at=visit.at
            )
    except Refused as error:
        with unit_of_work(visit.url) as session:
            if second_factor.in_use(session, visit.me):
                return visit.refused(error, lambda p: _page(visit, p))
            seed = second_factor.begin(session, visit.me, seal, now=visit.now)
        return visit.refused(error, lambda p: _setting_up(visit, seed, p))
    visit.lacks_factor = False
    return _page(visit, codes=codes)


@router.post(f"{OWN}/recovery-codes")
def recovery_codes(visit: SignedIn) -> Response:
    """New recovery codes in the place of the old ones, for a code."""

    def step(session: Session) -> list[str]:
        return second_factor.new_codes(session, visit.me, at=visit.at)

    return _with_code(visit, step)


@router.post(f"{OWN}/take-off")
def take_off(visit: SignedIn) -> Response:
    """Do without, for a code."""

    def step(session: Session) -> list[str]:
        second_factor.take_off(session, visit.me, at=visit.at)
        return []

    return _with_code(visit, step)


def _with_code(visit: Visit, step: Callable[[Session], list[str]]) -> Response:
    """Do what weakens the door only for somebody who holds the phone now, and not for who finds a screen unlocked."""
    seal = visit.place.seal(second_factor.PURPOSE)
    source = signing_in.source(visit)
    try:
        with unit_of_work(visit.url) as session:
            second_factor.check(
                session, visit.me, visit.form.text("code"), source, seal, now=visit.now, at=visit.at
            )
            codes = step(session)
    except SignInRefused as error:
        signing_in.tell_refused(visit, error, second_factor.tries_of(visit.me))
        return visit.refused(error, lambda p: _page(visit, p))
    return _page(visit, codes=codes)


@router.post("/people/{number}/second-factor")
def reset(number: int, visit: Administering) -> Response:
    """Take somebody's factor off, who has lost phone and recovery codes; they are signed out everywhere."""

    def step(session: Session) -> None:
        second_factor.reset(session, number, now=visit.now, at=visit.at, actor=visit.actor)

    return visit.does(
        step, "/people", "factor-reset", lambda p: visit.page("refused.html", code=422, problems=p)
    )
