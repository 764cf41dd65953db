"""What every way of signing in shares: where to go on, what was being typed, the mark between its two steps."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from fastapi.responses import RedirectResponse, Response
from itsdangerous import BadData, URLSafeSerializer
from sqlmodel import Session

from actions import accounts, sessions
from actions.accounts import SignInRefused
from models.database import unit_of_work
from models.people import Person
from tasks.provider import Provider
from web.sections import HOMES
from web.visit import Visit

HALF_WAY = timedelta(minutes=10)
"""How long somebody may take between password and code."""
CONTROL = frozenset(map(chr, range(32)))


def inside(path: str) -> str:
    """A path of this console, or nothing: nobody is sent elsewhere after signing in.

    Browsers read "/\\\\" like "//" and leave tabs and line ends out, so neither may stand in it.
    """
    leads_out = path.startswith(("//", "/\\")) or CONTROL & set(path)
    return path if path.startswith("/") and not leads_out else ""


def kept(visit: Visit) -> dict[str, list[str]]:
    """What was being typed when the session ended."""
    try:
        found: object = json.loads(visit.form.text("kept") or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    fields = cast("dict[str, Any]", found)
    return {
        str(k): [str(v) for v in cast("list[Any]", values)]
        for k, values in fields.items()
        if isinstance(values, list)
    }


def form_page(visit: Visit, template: str = "sign-in.html", status: int = 200, **values: Any) -> Response:
    """A step of signing in, with everything that must get through it."""
    target = visit.form.text("next") or visit.request.query_params.get("next", "")
    return visit.page(
        template, status=status, next=inside(target), kept=kept(visit), kept_path=inside(visit.form.text("kept_path")),
        provider=provider_name(visit), **values,
    )  # fmt: skip


def provider_name(visit: Visit) -> str:
    """What the button for the office's own accounts says; nothing where there is no provider."""
    settings = visit.place.settings
    return Provider(settings).name if settings.oidc_issuer else ""


def source(visit: Visit) -> str:
    """The network address of whoever tries."""
    return visit.request.client.host if visit.request.client else ""


def start(visit: Visit, session: Session, person: Person, how: str) -> str:
    """A new session; the one that this browser had before ends."""
    sessions.sign_out(session, visit.session_secret, now=visit.now, at=visit.at)
    life = timedelta(hours=visit.place.settings.session_hours)
    agent = visit.request.headers.get("user-agent", "")
    return sessions.start_session(
        session, person, now=visit.now, at=visit.at, life=life, how=how, agent=agent
    )


def go_on(visit: Visit, person: Person, secret: str, target: str = "") -> Response:
    """To where the person wanted to go; what was typed when the last session ended is offered again."""
    typed, path = kept(visit), inside(visit.form.text("kept_path"))
    if typed and path:
        visit.person, visit.mark_for = person, f"session:{secret}"
        response: Response = visit.page("resume.html", kept=typed, kept_path=path)
    else:
        response = RedirectResponse(inside(target or visit.form.text("next")) or HOMES[person.role], 303)
    visit.signs_in(response, secret)
    return response


def tell_refused(visit: Visit, error: SignInRefused, who: str) -> None:
    """Count a failed try, and put it into the ledger."""
    with unit_of_work(visit.url) as session:
        accounts.refused(session, error, who, source(visit), now=visit.now, at=visit.at)


@dataclass(frozen=True)
class HalfWay:
    """Somebody whose password was right and who has yet to give a code."""

    person_id: int

    def sign(self, visit: Visit) -> str:
        """As the form carries it; it holds for this browser only."""
        ends = (visit.now + HALF_WAY).timestamp()
        return str(_signer(visit).dumps([self.person_id, ends, visit.form_cookie]))

    @classmethod
    def read(cls, visit: Visit) -> "HalfWay | None":
        """From the form; None for one that is forged, too old or another browser's."""
        try:
            person_id, ends, browser = _signer(visit).loads(visit.form.text("half"))
        except (BadData, ValueError, TypeError):
            return None
        return cls(person_id) if visit.now.timestamp() < ends and browser == visit.form_cookie else None


def _signer(visit: Visit) -> URLSafeSerializer:
    return URLSafeSerializer(visit.key, salt="dondoc.half-way.v1")
