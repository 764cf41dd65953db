"""A letter made from what the house has now, to be looked at: nobody is owed it, and its link answers nothing."""

from dataclasses import replace

from sqlmodel import Session, col, select

from models.cycles import Assignment
from models.database import reading
from models.notices import Notice
from models.people import Contact, ContactRole, Person
from models.queries import Named, named
from notifications.messages import DigestMail, Lang, Message, MorningMail, NoticeMail
from notifications.preview import sample_digest, sample_notice
from notifications.render import Renderer
from notifications.wording import Parts
from plan.clock import local_day
from plan.kinds import NoticeKind
from tasks.fresh_link import open_mail
from tasks.mail import line, notice_mails
from tasks.morning import morning_mails
from tasks.place import Place
from tasks.sending import office_of

SAMPLE = "lien-ket-xem-thu"
"""Where a signed link would end: a real one must not be shown to whoever looks at wording."""


def tried(place: Place, letter: str, lang: Lang, parts: Parts, reader: Person) -> tuple[Message, str]:
    """The letter in these words with the newest data that fits it, and why the words do not fit it ("" if they do)."""
    make = Renderer(office_of(place.settings), lang, {letter: parts})
    at = place.now
    with reading(place.url) as session:
        match letter:
            case "digest":
                message = make.digest(_digest(session, place), at=at)
            case "morning":
                message = make.morning(_morning(session, place, reader), at=at)
            case _:
                message = make.notice(_notice(session, place, NoticeKind(letter)), at=at)
    return message, make.unfit.get(letter, "")


def _link(place: Place) -> str:
    return f"{place.settings.public_url}/a/{SAMPLE}"


def _notice(session: Session, place: Place, kind: NoticeKind) -> NoticeMail:
    """The newest notice of this kind; where there was none yet, a sample about the newest task."""
    at = place.now
    newest = session.exec(
        select(Notice).where(Notice.kind == kind, Notice.recipient != "").order_by(col(Notice.id).desc())
    ).first()
    if newest is not None:
        mail = notice_mails(session, [newest], at, place.settings)[newest.id or 0]
        return replace(mail, task=replace(mail.task, link=_link(place)))
    row, sample = _newest(session), sample_notice(kind, local_day(at))
    if row is None:
        return sample
    task = line(row, at, sample.task.why, _link(place))
    return replace(sample, task=task, recipient_name=row.unit.name, history=())


def _newest(session: Session) -> Named | None:
    number = session.exec(select(Assignment.id).order_by(col(Assignment.id).desc())).first()
    return next(iter(named(session, Assignment.id == number)), None) if number else None


def _digest(session: Session, place: Place) -> DigestMail:
    """What is open for the unit that has the newest task."""
    row = _newest(session)
    query = select(Contact).where(Contact.role != ContactRole.SUPERIOR, col(Contact.active))
    contact = session.exec(query.where(Contact.unit_id == row.unit.id)).first() if row else None
    if contact is None:
        return sample_digest(local_day(place.now))
    mail = open_mail(session, place, contact)
    sections = {
        name: tuple(replace(one, link=_link(place)) for one in lines) for name, lines in mail.sections
    }
    return replace(mail, answer_link=_link(place), **sections)


def _morning(session: Session, place: Place, reader: Person) -> MorningMail:
    mails = morning_mails(session, [reader], place.now)
    return next(iter(mails.values()))
