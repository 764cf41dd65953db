"""The letters that go out: looked at, put into the office's own words and back, and sent to whoever looks."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from fastapi import APIRouter
from fastapi.responses import Response
from itsdangerous import BadData, URLSafeSerializer
from sqlmodel import Session

from actions import letters as acting
from actions.errors import NotFound, Problem, Refused
from models import ledger
from models.database import reading, unit_of_work
from models.letters import LetterWording, troubles, versions, wordings
from notifications.channels import ChannelError, Status
from notifications.messages import Lang, Message
from notifications.preview import preview_of, previews
from notifications.render import Renderer
from notifications.values import names
from notifications.wording import FILTERS, own
from tasks.sending import office_of, send_sample
from tasks.trying import tried
from web.guard import framed
from web.letter_words import LETTERS, PARTS, examples, typed_parts
from web.naming import Names
from web.pages import Phrases
from web.seen import mark_of, must_be_seen
from web.visit import ADMIN, Administering, Looking, Visit

router = APIRouter(prefix="/office/letters")


@dataclass(frozen=True)
class Worded:
    """Words for a letter that are looked at before they are put into force."""

    letter: str
    lang: Lang
    parts: Mapping[str, str]


def _lang(visit: Visit) -> Lang:
    return "en" if visit.request.query_params.get("in", visit.form.text("in", "vi")) == "en" else "vi"


def _renderer(visit: Visit, session: Session) -> Renderer:
    """What makes mail in the language that is looked at, in the words that are in force."""
    lang = _lang(visit)
    return Renderer(office_of(visit.place.settings), lang, wordings(session, lang))


def _known(letter: str) -> str:
    if letter not in LETTERS:
        raise NotFound([Problem(f"there is no letter {letter}", f"không có mẫu thư {letter}")])
    return letter


@router.get("")
def list_letters(visit: Looking) -> Response:
    """Every mail with its subject and who gets it, and whose words it has."""
    with reading(visit.url) as session:
        make = _renderer(visit, session)
        found = [(name, *LETTERS[name], message) for name, message in previews(make, visit.at)]
        unfit = {row.letter for row in troubles(session) if row.lang == make.lang}
    return visit.page("letters.html", rows=found, shown_in=make.lang, own=set(make.wordings), unfit=unfit)


@router.get("/{letter}")
def show(letter: str, visit: Looking) -> Response:
    """One mail as its reader sees it: subject, HTML and plain text; for administrators its words to be changed."""
    return _one(visit, _known(letter))


def _one(
    visit: Visit, letter: str, problems: Sequence[Problem] = (), sent: str = "", looked: Worded | None = None
) -> Response:
    f = Phrases(visit.lang, visit.at)
    with reading(visit.url) as session:
        make = _renderer(visit, session)
        rows = versions(session, letter, make.lang)
        trouble = next((r for r in troubles(session) if (r.letter, r.lang) == (letter, make.lang)), None)
        who = Names(session, [row.made_by for row in rows], f.t)
    message = _tried(visit, looked)[0] if looked else preview_of(make, letter, visit.at)
    return visit.page(
        "letter.html", letter=letter, title=LETTERS[letter][0], to=LETTERS[letter][1], message=message,
        shown_in=make.lang, problems=problems, sent=sent, typed=visit.form, looked=looked,
        seen=mark_of(looked) if looked else "",
        token=_signer(visit).dumps(asdict(looked)) if looked else "", versions=rows, who=who, trouble=trouble,
        fields=_fields(visit, rows, own(make.lang)[letter]), parts=PARTS, names=names(letter), filters=FILTERS,
        examples=examples(letter, make, visit), own=letter in make.wordings,
    )  # fmt: skip


def _fields(visit: Visit, rows: Sequence[LetterWording], ours: Mapping[str, str]) -> dict[str, str]:
    """What the fields begin with: what is in force, or the version that the address names."""
    asked = visit.request.query_params.get("version", "")
    row = next((r for r in rows if str(r.version) == asked), rows[0] if rows else None)
    return {name: (row.parts if row else {}).get(name, words) for name, words in ours.items()}


def _signer(visit: Visit) -> URLSafeSerializer:
    return URLSafeSerializer(visit.key, salt="dondoc.letter.v1")


def _tried(visit: Visit, words: Worded) -> tuple[Message, str]:
    return tried(visit.place, words.letter, words.lang, words.parts, visit.me)


@router.get("/{letter}/body")
def body(letter: str, visit: Looking) -> Response:
    """The HTML part alone, for a frame in which nothing runs or is fetched; `try` shows words not yet saved."""
    if (given := visit.request.query_params.get("try")) and visit.is_a(ADMIN):
        message = _tried(visit, _given(visit, given))[0]
    else:
        with reading(visit.url) as session:
            message = preview_of(_renderer(visit, session), _known(letter), visit.at)
    return framed(message.html)


def _given(visit: Visit, token: str) -> Worded:
    try:
        return Worded(**_signer(visit).loads(token))
    except (BadData, TypeError) as error:
        raise NotFound([Problem("this preview is none of ours", "bản xem trước này không đúng")]) from error


def _looked(visit: Visit, letter: str) -> Worded:
    """The words that were typed; raises :class:`Refused` with every flaw, also with those of the house's own data."""
    with reading(visit.url) as session:
        make = _renderer(visit, session)
    words = Worded(letter, make.lang, typed_parts(visit, letter, make))
    if unfit := _tried(visit, words)[1]:
        raise Refused.because(
            f"not with what the house has: {unfit}", f"với số liệu thật thì không được: {unfit}"
        )
    return words


@router.post("/{letter}/look")
def look(letter: str, visit: Administering) -> Response:
    """Check typed words and show the mail in them, made from what the house has; nothing is written."""
    try:
        return _one(visit, letter, looked=_looked(visit, _known(letter)))
    except Refused as error:
        return visit.refused(error, lambda p: _one(visit, _known(letter), p))


@router.post("/{letter}")
def save(letter: str, visit: Administering) -> Response:
    """Put words into force that were looked at."""

    def step(session: Session) -> None:
        words = _looked(visit, _known(letter))
        must_be_seen(words, visit.form.text("seen"))
        _put(session, visit, letter, words.parts)

    return visit.does(step, _there(visit, letter), "worded", lambda p: _again(visit, letter, p))


def _there(visit: Visit, letter: str) -> str:
    return f"/office/letters/{letter}?in={_lang(visit)}"


def _put(session: Session, visit: Visit, letter: str, parts: Mapping[str, str]) -> None:
    after = visit.form.number("version") or 0
    acting.put_wording(session, letter, _lang(visit), parts, after=after, at=visit.at, actor=visit.actor)


def _again(visit: Visit, letter: str, problems: Sequence[Problem]) -> Response:
    try:
        return _one(visit, letter, problems, looked=_looked(visit, letter))
    except Refused:
        return _one(visit, letter, problems)


@router.post("/{letter}/restore")
def restore(letter: str, visit: Administering) -> Response:
    """Put the program's own words back into force."""

    def step(session: Session) -> None:
        _put(session, visit, _known(letter), {})

    return visit.does(step, _there(visit, letter), "restored-words", lambda p: _one(visit, letter, p))


@router.post("/{letter}/send")
def send(letter: str, visit: Administering) -> Response:
    """Send the mail to whoever asks, in the words that were typed or else in force; the channel's answer is shown."""
    looked: Worded | None = None
    try:
        if visit.form.text("version"):
            looked = _looked(visit, _known(letter))
        return _one(visit, letter, sent=_sent(visit, _known(letter), looked), looked=looked)
    except Refused as error:
        return visit.refused(error, lambda p: _one(visit, letter, p, looked=looked))


def _sent(visit: Visit, letter: str, looked: Worded | None) -> str:
    if not visit.me.address:
        raise Refused.because(
            "you have no mail address; write one on the page People",
            "bạn chưa có địa chỉ thư; hãy ghi ở trang Người dùng",
        )
    with reading(visit.url) as session:
        make = _renderer(visit, session)
    sample = _tried(visit, looked)[0] if looked else preview_of(make, letter, visit.at)
    subject = ("[Thử] " if make.lang == "vi" else "[Sample] ") + sample.subject
    mail = replace(sample, to=visit.me.address, to_name=visit.me.name, subject=subject, references=())
    try:
        answer = send_sample(visit.place, mail)
    except ChannelError as error:
        raise Refused([Problem(problem, problem) for problem in error.problems]) from error
    with unit_of_work(visit.url) as session:
        ledger.record(
            session, visit.at, visit.actor, "letter.tried", f"person:{visit.me.id}", letter=letter,
            status=answer.status, code=answer.code,
        )  # fmt: skip
    if answer.status is not Status.ACCEPTED:
        raise Refused.because(
            f"the channel did not take it: {answer.code or ''} {answer.answer}",
            f"kênh gửi không nhận: {answer.code or ''} {answer.answer}",
        )
    return f"{visit.me.address}: {answer.code or ''} {answer.answer}".strip()
