"""One request: where and when it happens, who makes it, in which language, and what it may do."""

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from sqlmodel import Session
from starlette.background import BackgroundTask

from actions.chasing import Rules
from actions.errors import ChangedMeanwhile, NotAllowed, NotFound, Problem, Refused
from actions.people import Doer, doer
from actions.rights import look_as
from actions.second_factor import in_use
from actions.sessions import SEEN_EVERY, Held, seen, whose_session
from models import ledger
from models.as_of import end_of
from models.database import Conflict, reading, unit_of_work
from models.ledger import Actor
from models.moment import is_rehearsal, now_in
from models.papers import PaperRefused
from models.people import Person, PersonRole
from models.queries import switch
from notifications.messages import Lang
from notifications.words import WORK_STATES
from plan import clock
from plan.calendar import CalendarError
from plan.clock import local_day
from plan.lifecycle import in_time
from tasks.place import Place
from web import past
from web.cookies import FORM_COOKIE, LANG_COOKIE, SESSION_COOKIE, cookie_of, drop_cookie, idle, set_cookie
from web.forms import Form, TooLarge
from web.guard import form_mark, masked, new_cookie, same
from web.large_forms import read_fitting_form
from web.packing import packed
from web.pages import ROLES, Phrases, environment
from web.reach import must_reach
from web.said import SAID
from web.sections import sections_of
from web.uploads import Uploads

FACTOR_FIRST = ("/account/second-factor", "/sign-out", "/language")
"""What somebody may open who must set a second factor up first."""

Step = Callable[[Session], object]
"""Something done in one transaction."""
Again = Callable[[Sequence[Problem]], Response]
"""The page with the form once more, with what is wrong above it."""

log = logging.getLogger(__name__)


class SignInNeeded(Exception):
    """Nobody is signed in, and this page is not for everybody."""


class SecondFactorNeeded(Exception):
    """This role must confirm sign-ins with a code, and the person has not set that up yet."""


class StaleForm(Exception):
    """A form that does not carry the mark of this visitor: an old page, or another site's."""


@dataclass
class Visit:
    """One request and what its handler needs."""

    request: Request
    place: Place
    key: bytes
    at: datetime
    lang: Lang
    person: Person | None
    session_secret: str
    form: Form
    rehearsal: bool
    stopped: bool
    form_cookie: str
    new_form_cookie: bool
    mark_for: str = ""
    link: str = ""
    now: datetime = field(default_factory=clock.now)
    signed_in: Held | None = None
    lacks_factor: bool = False
    day: date | None = None
    """The past day that is looked at; `at` is its end then."""
    today: date = field(default_factory=lambda: local_day(clock.now()))

    @property
    def url(self) -> str:
        """The database."""
        return self.place.url

    @property
    def me(self) -> Person:
        """Who is signed in; only for pages that are not for everybody."""
        if self.person is None:
            raise SignInNeeded
        return self.person

    @property
    def actor(self) -> Actor:
        """Who acts, for the ledger."""
        return Actor(f"person:{self.me.id}", "signed-in")

    @property
    def uploads(self) -> Uploads:
        """Takes the files that this visitor sends."""
        return Uploads(self.place, self.key, self.actor if self.person else Actor("nobody", "mailed-link"))

    @property
    def acts(self) -> bool:
        """Whether the visitor may change things on this page: nobody does on a past day."""
        return self.is_a(ADMIN, COORD) and self.day is None

    @property
    def could_be_past(self) -> bool:
        """Whether this page can be shown as of a past day."""
        return getattr(self.request.scope.get("route"), "path", "") in past.SHOWN

    def is_a(self, *roles: PersonRole) -> bool:
        """Whether the visitor is signed in, in one of these roles."""
        return self.person is not None and self.person.role in roles

    def sections(self) -> list[tuple[str, str]]:
        """The parts of the console that this person's role has, with their addresses; on a past day those it has."""
        known = sections_of(self.person.role, self.lang) if self.person else []
        return [(address, name) for address, name in known if self.day is None or address in past.SHOWN]

    def doer(self, session: Session) -> Doer:
        """Who acts, for the actions; raises for somebody who may only look."""
        return doer(session, self.me.code, "signed-in", self.at)

    @contextmanager
    def looking(self) -> Generator[Session]:
        """A look at the database for a page, as it stood then where a past day is looked at.

        A coordinator of some plans finds nothing of any other in it.
        """
        with reading(self.url, self.day) as session:
            look_as(session, self.me)
            yield session

    def rules(self, session: Session) -> Rules:
        """The rules as they are now."""
        return Rules.of(session, self.place.hours)

    @property
    def mark(self) -> str:
        """What the forms of this visitor carry."""
        return masked(form_mark(self.key, self.mark_for))

    def page(
        self,
        name: str,
        *,
        status: int = 200,
        problems: Sequence[Problem] = (),
        typed: Form | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A page; `problems` stand above its form, and `typed` is what its fields show again."""
        phrases = Phrases(self.lang, self.at)
        said = SAID.get(self.request.query_params.get("said", ""))
        shown = environment().get_template(name).render(
            visit=self, me=self.person, f=phrases, w=phrases.words, t=phrases.t, lang=self.lang, at=self.at,
            today=phrases.today, path=self.request.url.path, given=dict(self.request.query_params),
            said=phrases.t(*said) if said else "", problems=[_shown(p, self.lang) for p in problems],
            typed=typed or Form(), mark=Markup('<input type="hidden" name="_mark" value="{}">').format(self.mark),
            office=self.place.settings.office, role_name=ROLES[self.lang].__getitem__, in_time=in_time,
            work_states=lambda: list(WORK_STATES[self.lang].items()), **values,
        )  # fmt: skip
        shown = past.carried(shown, self.day) if self.day else shown
        response = packed(self.request, HTMLResponse(shown, status))
        if self.new_form_cookie:
            self.set_cookie(response, FORM_COOKIE, self.form_cookie)
        return response

    def set_cookie(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        """Keep something in the browser where no script reads it."""
        set_cookie(response, self.place.settings, name, value, seconds)

    def drop_cookie(self, response: Response, name: str) -> None:
        """Let the browser forget something."""
        drop_cookie(response, self.place.settings, name)

    def signs_in(self, response: Response, secret: str) -> None:
        """Keep a new session in the browser, as long as it can hold."""
        self.set_cookie(response, SESSION_COOKIE, secret, self.place.settings.session_hours * 3600)

    def does(
        self, step: Step, then: str | Callable[[], str], said: str, again: Again, *, kick: bool = False
    ) -> Response:
        """Do `step` in one transaction and go on to `then`; what it refuses is shown on the page that `again` makes.

        With `kick` the engine is told after the commit and the answer; if that fails, its next regular run does it.
        """
        try:
            with unit_of_work(self.url) as session:
                step(session)
        except (Refused, Conflict, PaperRefused, CalendarError) as error:
            return self.refused(error, again)
        place = then() if callable(then) else then
        address, hash_, part = place.partition("#")
        joint = "&" if "?" in address else "?"
        answer = RedirectResponse(f"{address}{joint}said={said}{hash_}{part}", 303)
        return self.kicked(answer) if kick else answer

    def kicked(self, answer: Response) -> Response:
        """The answer, after which the engine is told that rows have changed."""
        answer.background = BackgroundTask(nudge_engine, self.request.app.state.kick, self.place)
        return answer

    def refused(self, error: Refused | Conflict | PaperRefused | CalendarError, again: Again) -> Response:
        """The page again with the refusal in words and the status that fits; who was not allowed is in the ledger."""
        if isinstance(error, NotAllowed):
            self.tell_refusal(str(error))
        response = again(problems_of(error))
        response.status_code = status_of(error)
        return response

    def tell_refusal(self, why: str) -> None:
        """Put into the ledger that a signed-in person was not allowed something."""
        if self.person is not None:
            with unit_of_work(self.url) as session:
                where = f"{self.request.method} {self.request.url.path}"
                ledger.record(
                    session,
                    self.at,
                    self.actor,
                    "access.refused",
                    f"person:{self.person.id}",
                    where=where,
                    why=why,
                )


def nudge_engine(kick: Callable[[Place], None], place: Place) -> None:
    """Tell the engine that rows changed; nothing is lost where it is not reached."""
    try:
        kick(place)
    except Exception:  # the engine may be anywhere; its next regular run does what this would have done
        log.warning("the engine was not reached; its next regular run does it", exc_info=True)


def status_of(error: Exception) -> int:
    """The HTTP status that fits a refusal."""
    match error:
        case NotFound():
            return 404
        case NotAllowed():
            return 403
        case ChangedMeanwhile() | Conflict():
            return 409
        case TooLarge():
            return 413
        case _:
            return 422


def problems_of(error: Exception) -> Sequence[Problem]:
    """Why something was refused, in both languages."""
    match error:
        case Refused():
            return error.problems
        case Conflict():
            return [
                Problem(
                    "somebody else has just written the same; look again",
                    "người khác vừa ghi cùng nội dung; hãy xem lại rồi thử lại",
                )
            ]
        case _:
            return [Problem(str(error), f"Không nhận được: {error}")]


def _shown(problem: Problem, lang: Lang) -> dict[str, str]:
    words = problem.vi if lang == "vi" else problem.en
    raised = (
        words if "." in words.split(" ", 1)[0] else words[:1].upper() + words[1:]
    )  # a file's name stays as it is
    return {"words": raised, "field": getattr(problem, "field", "")}


def arrive(request: Request, form: Form) -> Visit:
    """The visit that this request is, whatever its form carries."""
    place: Place = request.app.state.place
    key: bytes = request.app.state.key
    secret = cookie_of(request, place.settings, SESSION_COOKIE)
    at, now = now_in(place.url), clock.now()
    with reading(place.url) as session:
        signed_in = whose_session(session, secret, now, idle(place.settings)) if secret else None
        rehearsal, stopped = is_rehearsal(session), switch(session, "sending") == "stopped"
        lacks = signed_in is not None and _lacks_factor(session, place, signed_in)
    person = signed_in.person if signed_in else None
    chosen = cookie_of(request, place.settings, LANG_COOKIE)
    lang: Lang = chosen if chosen in ("vi", "en") else place.settings.lang  # pyright: ignore[reportAssignmentType]
    cookie = cookie_of(request, place.settings, FORM_COOKIE)
    link = request.path_params.get("token", "") if request.url.path.startswith("/a/") else ""
    fresh = cookie or new_cookie()
    day = past.shown_day(request, person, local_day(at))
    mark_for = f"link:{link}" if link else f"session:{secret}" if person else f"cookie:{fresh}"
    return Visit(
        request, place, key, end_of(day) if day else at, lang, person, secret if person else "", form, rehearsal,
        stopped, fresh, not cookie and not person and not link, mark_for, link, now, signed_in, lacks, day,
        local_day(at),
    )  # fmt: skip


def _lacks_factor(session: Session, place: Place, signed_in: Held) -> bool:
    """Whether somebody must set a second factor up first; who comes from a provider has confirmed themselves there."""
    wanted = {role.strip() for role in place.settings.second_factor.split(",")}
    return (
        signed_in.person.role in wanted
        and signed_in.session.how != "oidc"
        and not in_use(session, signed_in.person)
    )


def visit(request: Request, form: Annotated[Form, Depends(read_fitting_form)]) -> Visit:
    """The visit that this request is.

    Raises :class:`SignInNeeded` for a form of somebody whose session ended while typing, :class:`StaleForm` for one
    without the visitor's mark, :class:`SecondFactorNeeded` where one must be set up before anything else.
    """
    found = arrive(request, form)
    if request.method == "POST" and not same(form_mark(found.key, found.mark_for), form.raw("_mark")):
        if (
            cookie_of(request, found.place.settings, SESSION_COOKIE)
            and found.person is None
            and not found.link
        ):
            raise SignInNeeded
        raise StaleForm
    if found.lacks_factor and not request.url.path.startswith(FACTOR_FIRST):
        raise SecondFactorNeeded
    _keep_alive(found)
    return found


def _keep_alive(found: Visit) -> None:
    """Keep that the session is in use, once in a few minutes."""
    if found.signed_in is not None:
        row = found.signed_in.session
        if found.now - (row.seen_at or row.started_at) > SEEN_EVERY:
            with unit_of_work(found.url) as session:
                seen(session, row.key, found.now)


class Only:
    """Lets in who is signed in with one of these roles; everybody else is refused, and the ledger says so."""

    def __init__(self, *roles: PersonRole) -> None:
        """Let these roles in."""
        self.roles = frozenset(roles)

    def __call__(self, found: Annotated[Visit, Depends(visit)]) -> Visit:
        """The visit, if it is one of theirs."""
        if found.me.role not in self.roles:
            raise NotAllowed([Problem(
                f"this page is not for the role {found.me.role}", "trang này không dành cho vai trò của bạn"
            )])  # fmt: skip
        path: str = found.request.scope["route"].path
        past.check(found.request, found.me, path, found.today)
        with reading(found.url) as session:
            must_reach(session, found.me, path, found.request.path_params, found.at)
        return found


ADMIN, COORD, LEADER, UNIT, AUDITOR = (
    PersonRole.ADMINISTRATOR, PersonRole.COORDINATOR, PersonRole.LEADER, PersonRole.UNIT, PersonRole.AUDITOR,
)  # fmt: skip

Anybody = Annotated[Visit, Depends(visit)]
SignedIn = Annotated[Visit, Depends(Only(*PersonRole))]
Coordinating = Annotated[Visit, Depends(Only(ADMIN, COORD))]
Looking = Annotated[Visit, Depends(Only(ADMIN, COORD, LEADER, AUDITOR))]
Auditing = Annotated[Visit, Depends(Only(ADMIN, COORD, AUDITOR))]
Administering = Annotated[Visit, Depends(Only(ADMIN))]
ForUnit = Annotated[Visit, Depends(Only(UNIT))]


def sign_in_address(path: str) -> str:
    """Where to sign in so as to come back to `path`."""
    return f"/sign-in?next={quote(path, safe='')}"
