"""One change to one or many assignments: a page says who gets what, then one transaction makes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from actions.bulk import LIMIT, Outcome, each
from actions.errors import ChangedMeanwhile, Problem, Refused
from actions.preview import Effect, preview
from models.database import unit_of_work
from web.changes import ASKS_NOTHING, WHAT, Change, chosen, fingerprint, in_words, known
from web.lists import units
from web.pages import Phrases
from web.seen import must_be_same
from web.visit import Coordinating, Visit, status_of

router = APIRouter()


@dataclass(frozen=True)
class Looked:
    """What a change would do: its effects and what would be refused."""

    effects: Sequence[Effect]
    refused: dict[int, Sequence[Problem]]

    @property
    def seen(self) -> str:
        """What stands for it in the form."""
        return fingerprint(self.effects, list(self.refused))


@router.post("/changes")
def change(visit: Coordinating) -> Response:
    """Show what a change would do, and with `go` make it, as long as it still does what was shown."""
    with visit.looking() as session:
        numbers = chosen(session, visit.form, visit.at, LIMIT)
    try:
        if not numbers:
            raise Refused.because("choose at least one task", "hãy chọn ít nhất một nhiệm vụ")
        if visit.form.checked("first") and visit.form.text("what") not in ASKS_NOTHING:
            return _page(visit, numbers, None)
        wanted = Change.of(visit.form)
        if not visit.form.checked("go"):
            return _page(visit, numbers, _look(visit, numbers, wanted))
        return _done(visit, _make(visit, numbers, wanted))
    except ChangedMeanwhile as error:
        looked = _look(visit, numbers, Change.of(visit.form))
        return _page(visit, numbers, looked, error.problems, status=status_of(error))
    except Refused as error:
        return _page(visit, numbers, None, error.problems, status=status_of(error))


def _look(visit: Visit, numbers: Sequence[int], wanted: Change) -> Looked:
    with unit_of_work(visit.url) as session:
        looked = _looked(session, visit, numbers, wanted)
        session.rollback()
    return looked


def _looked(session: Session, visit: Visit, numbers: Sequence[int], wanted: Change) -> Looked:
    doer, rules = visit.doer(session), visit.rules(session)
    found: list[Outcome] = []

    def step() -> None:
        found.append(each(session, numbers, lambda n: wanted.make(session, n, doer, visit.at, rules)))

    effects = preview(session, step, visit.at, rules)
    return Looked(effects, found[0].refused)


def _make(visit: Visit, numbers: Sequence[int], wanted: Change) -> Outcome:
    """Make the change; raises :class:`ChangedMeanwhile` where it would no longer do what was shown."""
    with unit_of_work(visit.url) as session:
        must_be_same(_looked(session, visit, numbers, wanted).seen, visit.form.text("seen"))
        doer, rules = visit.doer(session), visit.rules(session)
        return each(session, numbers, lambda n: wanted.make(session, n, doer, visit.at, rules))


def _done(visit: Visit, outcome: Outcome) -> Response:
    back = _back(visit)
    if not outcome.refused:
        return visit.kicked(RedirectResponse(f"{back}{'&' if '?' in back else '?'}said=changed", 303))
    with visit.looking() as session:
        names = known(session, list(outcome.refused))
    page = visit.page(
        "changed.html", outcome=outcome, known=names, back=back, what=visit.form.text("what"), names=WHAT
    )
    return visit.kicked(page)


def _back(visit: Visit) -> str:
    """The page that the change was asked for on: only one of ours."""
    back = visit.form.text("back")
    ours = back.startswith(("/assignments", "/morning", "/review", "/extensions", "/search"))
    return back if ours and "\n" not in back else "/assignments"


def _page(
    visit: Visit, numbers: Sequence[int], looked: Looked | None, problems: Sequence[Problem] = (), status: int = 200
) -> Response:  # fmt: skip
    f = Phrases(visit.lang, visit.at)
    with visit.looking() as session:
        return visit.page(
            "change.html", status=status, problems=problems, typed=visit.form, numbers=numbers,
            what=visit.form.text("what"), names=WHAT, units=units(session), back=_back(visit),
            lines=in_words(looked.effects, f) if looked else [], looked=looked,
            known=known(session, numbers[: LIMIT + 1]),
        )  # fmt: skip
