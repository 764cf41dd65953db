"""What happened in the province's two years: signed years, moves, evidence, requests, notices, mails, and the ledger.

The ledger is chained by the program's own hashing and gets exactly a million rows, so that `dondoc audit verify` holds.
"""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from actions.cycles import simulate_cycle
from actions.signed import sign
from bench.province import NOW
from models import periods
from models.cycles import Assignment, AssignmentMove, Cycle, CycleState, Extension
from models.database import unit_of_work
from models.disputes import Dispute
from models.engine import EngineRun
from models.evidence import Paper, Submission, SubmissionPaper
from models.ledger import Entry, Ledger, LedgerHead, canonical, head, stamp
from models.notices import Attempt, Digest, Notice
from models.papers import PaperStore
from plan.clock import local_day
from plan.ladder import OFFICE, Delivery
from plan.simulation import SimulatedNotice, sha256

LEDGER_ROWS = 1_000_000
CHUNK = 20_000
PAPERS = 200
"""How many different files were handed in; the same ones come again and again."""

Rows = Iterable[Mapping[str, Any]]


class Lived:
    """Plays the two years of one database, and collects what the ledger is told."""

    def __init__(self, url: str, evidence_url: str) -> None:
        self.url, self.store = url, PaperStore(evidence_url)
        self.drawn = random.Random(916)
        self.told: list[Entry] = []
        self.notices = self.digests = self.attempts = self.moves = self.submissions = 0

    def live(self) -> None:
        """Everything, cycle by cycle, and the ledger last."""
        self.papers = self._papers()
        with unit_of_work(self.url) as session:
            cycles = list(session.exec(select(Cycle.id).order_by(col(Cycle.id))))
        for cycle in cycles:
            self._cycle(cycle or 0)
        with unit_of_work(self.url) as session:
            periods.fill(session)
        self._runs()
        self._ledger()

    def tell(self, at: datetime, who: str, action: str, subject: str, **data: Any) -> None:
        """One more thing for the ledger."""
        self.told.append(Entry(stamp(at), who, "system", action, subject, canonical(data)))

    def _papers(self) -> list[str]:
        kept = [
            self.store.put(BytesIO(f"Báo cáo kết quả số {n}".encode()), "bao-cao.txt") for n in range(PAPERS)
        ]
        rows = [
            {"sha256": k.sha256, "size": k.size, "media_type": k.media_type, "stored_at": NOW} for k in kept
        ]
        with unit_of_work(self.url) as session:
            put(session, Paper, rows)
        return [k.sha256 for k in kept]

    def _cycle(self, number: int) -> None:
        with unit_of_work(self.url) as session:
            cycle = session.get_one(Cycle, number)
            armed_at = datetime(cycle.year, 1, 15, 2, tzinfo=NOW.tzinfo)
            simulated = simulate_cycle(session, cycle, armed_at, OFFICE)
            self._sign(session, cycle, simulated, armed_at)
            fates = self._fates(session, number)
            self._notices(session, simulated, fates)

    def _sign(
        self, session: Session, cycle: Cycle, simulated: Sequence[SimulatedNotice], at: datetime
    ) -> None:
        signed = sign(session, cycle, simulated, sha256(simulated), at)
        cycle.state = CycleState.CLOSED if cycle.year < NOW.year and (cycle.id or 0) % 3 else CycleState.ARMED
        cycle.armed_at, cycle.simulation_id = at, signed.id
        session.add(cycle)
        self.tell(at, "person:2", "cycle.armed", f"cycle:{cycle.id}", sha256=signed.sha256)
        if cycle.state is CycleState.CLOSED:
            self.tell(
                at + timedelta(days=380), "person:2", "cycle.closed", f"cycle:{cycle.id}", year=cycle.year
            )

    def _fates(self, session: Session, cycle: int) -> dict[int, tuple[str, datetime | None]]:
        """How each assignment ends: its state, and the moment at which nothing is owed any more."""
        rows = session.exec(select(Assignment).where(Assignment.cycle_id == cycle)).all()
        changes = [self._fate(row) for row in rows]
        table = sa.inspect(Assignment).local_table
        keys = ("state", "handed_in_at", "completed_at", "next_wake_at", "due_on", "version")
        change = sa.update(table).where(table.c.id == sa.bindparam("key"))
        session.connection().execute(change.values({k: sa.bindparam(f"new_{k}") for k in keys}), [
            {"key": row["id"], **{f"new_{k}": row[k] for k in keys}} for row in changes
        ])  # fmt: skip
        self._deeds(session, changes)
        return {row["id"]: (row["state"], row["over"]) for row in changes}

    def _fate(self, row: Assignment) -> dict[str, Any]:
        due = row.due_on or local_day(NOW)
        past = due < local_day(NOW)
        weights = (68, 1.5, 8, 15, 3, 2, 2.5) if past else (9, 0.8, 40, 46, 1.5, 1, 1.7)
        states = ("completed", "submitted", "assigned", "received", "cancelled", "suspended", "replaced")
        state = self.drawn.choices(states, weights)[0]
        handed = done = None
        if state in {"completed", "submitted"}:
            day = min(due + timedelta(days=int(self.drawn.gauss(-4, 6))), local_day(NOW))
            handed = min(datetime(day.year, day.month, day.day, 3, row.id % 60, tzinfo=NOW.tzinfo), NOW)
            handed = max(handed, row.created_at + timedelta(days=5))
            done = min(handed + timedelta(days=2), NOW) if state == "completed" else None
        ended = (
            done
            or handed
            or (row.created_at + timedelta(days=60) if state in {"cancelled", "replaced"} else None)
        )
        moved = state in {"assigned", "received"} and row.due_on is not None and self.drawn.random() < 0.02
        open_ = state in {"assigned", "received"}
        return {
            "id": row.id, "unit_id": row.unit_id, "state": state, "handed_in_at": handed, "completed_at": done,
            "next_wake_at": NOW + timedelta(days=self.drawn.randrange(1, 40)) if open_ else None, "over": ended,
            "due_on": due + timedelta(days=30) if moved else row.due_on, "version": 2 if moved else 1,
            "made": row.created_at, "moved": moved, "old_due": row.due_on,
        }  # fmt: skip

    def _deeds(self, session: Session, changes: Sequence[dict[str, Any]]) -> None:
        """Moves, submissions with files, requests for more time and disputes."""
        put(session, AssignmentMove, [m for c in changes for m in self._moves(c)])
        handed = [c for c in changes if c["handed_in_at"]]
        put(session, Submission, [self._submission(c) for c in handed])
        first = self.submissions - len(handed) + 1
        put(session, SubmissionPaper, [
            {"submission_id": first + n, "sha256": self.papers[(first + n) % PAPERS], "name": "Báo cáo kết quả.txt"}
            for n in range(len(handed))
        ])  # fmt: skip
        put(session, Extension, [e for c in changes for e in self._extension(c)])
        open_ = [c for c in changes if c["state"] == "received" and self.drawn.random() < 0.003]
        put(session, Dispute, [
            {"assignment_id": c["id"], "reason": "Nhiệm vụ thuộc chức năng của đơn vị khác", "answer": "",
             "raised_by": f"contact:{2 * c['unit_id'] - 1}", "raised_at": NOW - timedelta(days=3)} for c in open_
        ])  # fmt: skip

    def _moves(self, c: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        by, made = f"contact:{2 * c['unit_id'] - 1}", c["made"] + timedelta(days=4)
        steps = [("assigned", "received", "receive", made, by)] if c["state"] != "assigned" else []
        if c["handed_in_at"]:
            steps.append(("received", "submitted", "submit", c["handed_in_at"], by))
        if c["completed_at"]:
            steps.append(("submitted", "completed", "accept", c["completed_at"], "person:2"))
        if c["state"] in {"cancelled", "suspended", "replaced"}:
            event = {"cancelled": "cancel", "suspended": "suspend", "replaced": "replace"}[c["state"]]
            steps.append(("received", c["state"], event, c["made"] + timedelta(days=60), "person:3"))
        for old, new, event, at, who in steps:
            self.tell(at, who, f"assignment.{event}", f"assignment:{c['id']}", old=old, new=new)
            yield {
                "assignment_id": c["id"],
                "old": old,
                "new": new,
                "event": event,
                "at": at,
                "by": who,
                "reason": "",
            }

    def _submission(self, c: Mapping[str, Any]) -> dict[str, Any]:
        self.submissions += 1
        done = c["completed_at"] is not None
        self.tell(c["handed_in_at"], f"contact:{2 * c['unit_id'] - 1}", "evidence.submitted", f"assignment:{c['id']}",
                  submission=self.submissions)  # fmt: skip
        return {
            "id": self.submissions, "assignment_id": c["id"], "submitted_by": f"contact:{2 * c['unit_id'] - 1}",
            "submitted_at": c["handed_in_at"], "note": "Gửi kèm báo cáo kết quả thực hiện nhiệm vụ.", "reason": "",
            "verdict": "accepted" if done else "waiting", "reviewed_by": "person:2" if done else None,
            "reviewed_at": c["completed_at"],
        }  # fmt: skip

    def _extension(self, c: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        asked = c["state"] == "received" and c["due_on"] and not c["moved"] and self.drawn.random() < 0.006
        if not (c["moved"] or asked):
            return
        by, at = f"contact:{2 * c['unit_id'] - 1}", NOW - timedelta(days=4)
        self.tell(at, by, "extension.requested", f"assignment:{c['id']}")
        yield {
            "assignment_id": c["id"], "state": "requested" if asked else "granted", "old_due_on": c["old_due"],
            "new_due_on": c["due_on"] + timedelta(days=20 if asked else 0), "requested_by": by, "requested_at": at,
            "reason": "Chờ hướng dẫn của cơ quan cấp trên; khối lượng hồ sơ lớn, nhân lực kiêm nhiệm.", "answer": "",
            "decided_by": None if asked else "person:2", "decided_at": None if asked else at + timedelta(days=1),
        }  # fmt: skip

    def _notices(
        self, session: Session, simulated: Sequence[SimulatedNotice],
        fates: Mapping[int, tuple[str, datetime | None]],
    ) -> None:  # fmt: skip
        """What became of the signed list, with the digests and the channel's answers."""
        mails: dict[tuple[str, Any], int] = {}
        rows = [r for n in simulated if (r := self._notice(n, *fates[n.assignment_id])) is not None]
        digests = [d for r in rows if (d := self._digest(r, mails)) is not None]
        put(session, Digest, self._unmade(session, digests, mails, rows))
        put(session, Notice, rows)
        sent = [r for r in rows if r["state"] == "accepted" and r["digest_id"] is None]
        put(session, Attempt, [self._attempt(row["send_after"], notice_id=row["id"]) for row in sent])

    def _notice(self, n: SimulatedNotice, state: str, over: datetime | None) -> dict[str, Any] | None:
        void = n.void or (f"{state} {local_day(over)}" if over and over <= n.send_after else "")
        if not void and n.send_after > NOW:
            return None
        became = "void" if void else "accepted" if n.recipient else "unreachable"
        if became == "accepted" and n.send_after > NOW - timedelta(days=2):
            became = self.drawn.choices(("accepted", "failed", "retrying", "bounced"), (97, 1, 1, 1))[0]
        self.notices += 1
        if became != "void":
            self.tell(
                n.send_after,
                "system",
                f"delivery.{became}",
                f"notice:{self.notices}",
                assignment=n.assignment_id,
            )
        kind = "assigned" if n.rung == "NEW" else "review" if "REVIEW" in n.rung else (
            "escalation" if n.audience == "superior" else "overdue" if "+" in n.rung else "reminder")  # fmt: skip
        return {
            "id": self.notices, "assignment_id": n.assignment_id, "version": n.version, "rung": n.rung, "day": n.day,
            "recipient": n.recipient, "address": n.address, "kind": kind, "delivery": n.delivery, "state": became,
            "reason": void, "detail": "", "send_after": n.send_after, "owed_at": min(n.send_after, NOW), "tries": 1,
            "settled_at": n.send_after if became != "retrying" else None, "lease": "", "digest_id": None,
            "message_id": f"<n{self.notices}@bench>",
        }  # fmt: skip

    def _digest(self, row: dict[str, Any], mails: dict[tuple[str, Any], int]) -> dict[str, Any] | None:
        """The digest in which a notice travels, if it is its first."""
        if row["delivery"] != Delivery.DIGEST or row["state"] != "accepted":
            return None
        key, new = (row["address"], row["day"]), False
        if key not in mails:
            new, self.digests = True, self.digests + 1
            mails[key] = self.digests
        row["digest_id"] = mails[key]
        return {
            "id": mails[key], "mailbox": row["address"], "recipient": row["recipient"], "day": row["day"], "lease": "",
            "state": "accepted", "message_id": f"<d{mails[key]}@bench>", "tries": 1, "made_at": row["send_after"],
            "settled_at": row["send_after"],
        } if new else None  # fmt: skip

    def _unmade(
        self, session: Session, digests: Sequence[dict[str, Any]], mails: Mapping[tuple[str, Any], int],
        rows: Sequence[dict[str, Any]],
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The digests that no cycle before has made; notices of the others travel in the one that is there."""
        known = {
            (box, day): number
            for number, box, day in session.exec(select(Digest.id, Digest.mailbox, Digest.day))
        }
        again = {mails[key]: known[key] for key in mails if key in known}
        for row in rows:
            row["digest_id"] = again.get(row["digest_id"], row["digest_id"])
        return [d for d in digests if d["id"] not in again]

    def _attempt(self, at: datetime, **what: int) -> dict[str, Any]:
        self.attempts += 1
        return {
            "id": self.attempts, "notice_id": None, "digest_id": None, "at": at,
            "message_id": f"<a{self.attempts}@bench>", "outcome": "accepted", "code": 250,
            "answer": "2.0.0 OK queued", **what,
        }  # fmt: skip

    def _runs(self) -> None:
        """Four wakes of each item in the mirror of the engine, and the digests' attempts."""
        with unit_of_work(self.url) as session:
            given = session.exec(select(Assignment.item_id).distinct()).all()
            put(session, EngineRun, [self._run(item, n) for item in given for n in range(4)])
            mails = session.exec(select(Digest.id, Digest.made_at)).all()
            put(session, Attempt, [self._attempt(at, digest_id=number) for number, at in mails])

    def _run(self, item: int, n: int) -> dict[str, Any]:
        at = NOW - timedelta(days=30 * n + item % 29)
        return {
            "run_id": f"{item:08}-0000-4000-8000-{n:012}", "item_id": item, "flow": "plan_item", "name": f"T-{7 * n}",
            "state_type": "COMPLETED", "state_name": "Reminded", "message": "12 units, 3 already done",
            "scheduled_for": at, "changed_at": at, "incarnation": "",
        }  # fmt: skip

    def _ledger(self) -> None:
        """Chain what was told in the order of time, filled up to a million with the engine's runs."""
        missing = LEDGER_ROWS - len(self.told)
        for n in range(max(0, missing)):
            at = NOW - timedelta(minutes=n % 800_000 + 1)
            self.tell(at, "system", "engine.run", f"item:{n % 1400 + 1}", state="Reminded", run=n)
        told = sorted(self.told, key=lambda e: e.at)[-LEDGER_ROWS:]
        with unit_of_work(self.url) as session:
            seq, previous = head(session)
            rows = list(_chained(told[: LEDGER_ROWS - seq], seq, previous))
            put(session, Ledger, rows)
            last = session.get_one(LedgerHead, 1)
            last.seq, last.hash = rows[-1]["seq"], rows[-1]["hash"]
            session.add(last)


def _chained(entries: Iterable[Entry], seq: int, previous: str) -> Iterator[dict[str, Any]]:
    for entry in entries:
        seq += 1
        digest = entry.chained(seq, previous)
        yield {**asdict(entry), "seq": seq, "previous": previous, "hash": digest}
        previous = digest


def put(session: Session, table: Any, rows: Rows) -> None:
    """Insert rows in bulk, as they come."""
    stream = iter(rows)
    while chunk := list(islice(stream, CHUNK)):
        session.connection().execute(sa.insert(table), chunk)
