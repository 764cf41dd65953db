"""What a mailed link opens: the tasks it names, for the mailbox it was sent to, as long as both are good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from actions.accounts import generation
from actions.errors import NotFound, Problem, Refused
from actions.extensions import papers_of
from actions.people import Doer, contact_doer, stands_for
from models.cycles import Assignment, Extension, ExtensionState
from models.disputes import Dispute
from models.evidence import ExtensionPaper, Paper, Submission, SubmissionPaper, Verdict
from models.people import Contact, Unit
from models.queries import Named, named
from notifications.answer_links import PURPOSE, links
from notifications.links import LinkClaim, LinkError, LinkProblem
from plan.clock import LOCAL
from plan.lifecycle import OPEN, WorkState
from plan.recipients import shown
from web.lists import RUNNING
from web.visit import Visit


class LinkEnded(Refused):
    """A link that opens nothing any more; `contact` is whose it was, if it may have a new one."""

    def __init__(self, problems: Sequence[Problem], contact: Contact | None = None) -> None:
        """Take the words and whose link it was."""
        self.contact = contact
        super().__init__(problems)


@dataclass(frozen=True)
class Opened:
    """A good link: who got it, how sure we are who it is, and the tasks it is about."""

    token: str
    claim: LinkClaim
    contact: Contact
    unit: Unit
    tasks: list[Named]
    contacts: dict[int, Contact]
    stands_for: dict[int, str]

    @property
    def home(self) -> str:
        """The address of the link itself."""
        return f"/a/{self.token}"

    @property
    def shared(self) -> bool:
        """Whether several people read the mailbox it was sent to."""
        return self.claim.assurance == "shared"

    @property
    def words(self) -> tuple[str, str]:
        """Who answers here and how sure that is."""
        who, ends = self.contact.name or shown(self.contact.address), self.claim.expires.astimezone(LOCAL)
        kind = (
            ("liên kết gửi đến hộp thư chung", "a link sent to a shared mailbox")
            if self.shared
            else ("liên kết gửi riêng", "a personal link")
        )
        return (
            f"{who}, qua {kind[0]}, dùng được đến {ends:%d/%m/%Y}",
            f"{who}, through {kind[1]} that works until {ends:%d/%m/%Y}",
        )

    def doer(self, row: Named) -> Doer:
        """Whoever answers, for the unit of one task: its own contact, else as a deputy of one who is away."""
        contact = self.contacts.get(row.assignment.unit_id, self.contact)
        return contact_doer(contact, shared=self.shared, stands_for=self.stands_for)

    def task(self, number: int) -> Named:
        """The task of this link with this number; raises :class:`NotFound` for any other."""
        found = next((row for row in self.tasks if row.assignment.id == number), None)
        if found is None:
            raise NotFound(
                [Problem("this link is not about that task", "liên kết này không dành cho nhiệm vụ đó")]
            )
        return found

    def also(self, row: Named) -> list[Named]:
        """The other open tasks of the same unit, which one answer may serve too."""
        return others_open(self.tasks, row)


def others_open(tasks: list[Named], row: Named) -> list[Named]:
    """The open tasks of one unit beside one of them."""
    mine = row.assignment
    return [
        r for r in tasks
        if r.assignment.id != mine.id and r.assignment.unit_id == mine.unit_id and r.assignment.state in OPEN
    ]  # fmt: skip


def open_link(session: Session, visit: Visit, token: str) -> Opened:
    """What the link opens; raises :class:`LinkEnded` for one that is forged, expired or revoked."""
    claim = _read(session, visit, token)
    contact = _contact(session, claim.recipient)
    if contact is None or not contact.active or claim.generation != generation(session, claim.recipient):
        raise LinkEnded([Problem(
            "This link has been revoked. Use the link in your latest mail, or ask the coordinator.",
            "Liên kết này đã bị thu hồi. Đề nghị dùng liên kết trong thư mới nhất, hoặc hỏi chuyên viên đầu mối.",
        )], contact if contact and contact.active else None)  # fmt: skip
    same = session.exec(select(Contact).where(Contact.address == contact.address, col(Contact.active))).all()
    contacts = {c.unit_id: c for c in same} | {contact.unit_id: contact}
    deputy = stands_for(session, [f"contact:{c.id}" for c in same], visit.at)
    where: list[object] = [col(Assignment.unit_id).in_([*contacts, *deputy]), RUNNING]
    if claim.subjects:
        where.append(col(Assignment.id).in_(claim.subjects))
    else:
        where.append(col(Assignment.state).in_((*OPEN, WorkState.SUBMITTED)))
    tasks = sorted(
        named(session, *where),
        key=lambda r: (r.assignment.due_on is None, r.assignment.due_on or r.plan.signed_on, r.item.position),
    )
    return Opened(token, claim, contact, session.get_one(Unit, contact.unit_id), tasks, contacts, deputy)


def _contact(session: Session, recipient: str) -> Contact | None:
    kind, _, number = recipient.partition(":")
    return session.get(Contact, int(number)) if kind == "contact" and number.isdigit() else None


def _read(session: Session, visit: Visit, token: str) -> LinkClaim:
    signed = links(visit.place.settings)
    try:
        return signed.read(token, visit.at, purpose=PURPOSE)
    except LinkError as error:
        words = Problem(str(LinkError(error.problem, "en")), str(LinkError(error.problem, "vi")))
        if error.problem is not LinkProblem.EXPIRED:
            raise NotFound([words]) from error
        contact = _contact(session, signed.read(token, _LONG_AGO, purpose=PURPOSE).recipient)
        raise LinkEnded([words], contact if contact and contact.active else None) from error


_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""A moment at which no link had expired: what an expired link of ours says about whose it was."""


@dataclass(frozen=True)
class Handed:
    """One handing-in with its files, as pages show it."""

    submission: Submission
    papers: list[tuple[SubmissionPaper, Paper]]


@dataclass(frozen=True)
class Dealings:
    """What has passed between the unit and the coordinator about one assignment, the newest first."""

    handed: list[Handed]
    extensions: list[Extension]
    disputes: list[Dispute]
    asked_with: dict[int, list[ExtensionPaper]]

    @property
    def returned(self) -> Submission | None:
        """The newest submission, if it was returned."""
        newest = self.handed[0].submission if self.handed else None
        return newest if newest and newest.verdict is Verdict.RETURNED else None

    @property
    def asked(self) -> Extension | None:
        """The request for more time that waits."""
        return next((e for e in self.extensions if e.state is ExtensionState.REQUESTED), None)

    @property
    def disputed(self) -> Dispute | None:
        """The dispute that waits."""
        return next((d for d in self.disputes if d.answered_at is None), None)


def dealings(session: Session, number: int) -> Dealings:
    """What has passed about one assignment."""
    submissions = session.exec(
        select(Submission).where(Submission.assignment_id == number).order_by(col(Submission.id).desc())
    ).all()
    rows = session.exec(
        select(SubmissionPaper, Paper).join(Paper, col(Paper.sha256) == col(SubmissionPaper.sha256))
        .where(col(SubmissionPaper.submission_id).in_([s.id for s in submissions]))
    ).all()  # fmt: skip
    handed = [Handed(s, [(sp, p) for sp, p in rows if sp.submission_id == s.id]) for s in submissions]
    extensions = session.exec(
        select(Extension).where(Extension.assignment_id == number).order_by(col(Extension.id).desc())
    ).all()
    disputes = session.exec(
        select(Dispute).where(Dispute.assignment_id == number).order_by(col(Dispute.id).desc())
    ).all()
    asked_with = papers_of(session, [e.id for e in extensions])
    return Dealings(handed, list(extensions), list(disputes), asked_with)
