"""A message that kills its sender, or that nobody can make: set aside and said, and everything else goes out."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest
from sqlmodel import select

from actions import outbox
from deployments.checkup import check_up
from models.database import reading, unit_of_work
from models.moment import set_clock
from models.notices import Notice, NoticeState
from plan.ladder import Delivery
from tasks import delivery, morning
from tasks.place import INCARNATION, Place
from tests.builders import moment, spec
from tests.engine.conftest import ROOT
from tests.engine.last_day import DUE, today, told
from tests.engine.mail_servers import Sink, free_port, running
from tests.engine.test_mail_trouble import parsed

SEVERAL = (spec("II.1"), spec("II.2", groups=["cac-so"]), spec("II.3", groups=["cac-so"]))
"""Five notices by themselves on one morning: three to unit A, two to unit B."""
SENDER = "from tasks import delivery; delivery.send_alone.fn()"


@dataclass
class Trap(Sink):
    """Takes mail, and kills whoever brings one with this in its subject."""

    poison: str = ""
    sender: "subprocess.Popen[bytes] | None" = None

    async def handle_DATA(self, server, session, envelope):
        if self.poison in str(parsed(envelope.content)["Subject"]) and self.sender is not None:
            self.sender.send_signal(signal.SIGKILL)
        return await super().handle_DATA(server, session, envelope)


def worker_lives(place: Place, trap: Trap, number: int) -> int:
    """One life of a sender, in a process of its own; when it was killed its leases end, as the reconciler sees to."""
    life = f"life-{number}"
    trap.sender = subprocess.Popen([sys.executable, "-c", SENDER], cwd=ROOT, env={
        **os.environ, INCARNATION: life, "DONDOC_HOME": str(place.settings.home),
    })  # fmt: skip
    code = trap.sender.wait(60)
    with unit_of_work(place.url) as session:
        outbox.release(session, f"{life}:", place.now)
    return code


def alone(place: Place) -> list[Notice]:
    with reading(place.url) as session:
        query = select(Notice).where(Notice.delivery == Delivery.ALONE, Notice.rung == "T")
        return list(session.exec(query.order_by(Notice.id)))


@pytest.mark.parametrize("place", [SEVERAL], indirect=True, ids=["five notices"])
def test_a_mail_that_kills_its_sender_each_time_is_set_aside_and_the_others_go_out(place: Place):
    trap, port = Trap(poison="II.1"), free_port()
    with running(trap, port):
        today(place, port)
        codes = [worker_lives(place, trap, number) for number in range(4)]
        set_clock(place.url, moment(DUE, 8))
        morning.send_morning.fn()

    assert codes == [-signal.SIGKILL] * 3 + [0]
    assert [n.state for n in alone(place)] == [NoticeState.FAILED] + [NoticeState.ACCEPTED] * 4
    assert alone(place)[0].reason == "set aside: its sender was lost 3 times"
    mails = [parsed(mail) for mail in trap.mails]
    assert len({mail["Message-ID"] for mail in mails if "II.1" not in str(mail["Subject"])}) == 4 + 2
    assert (told(place, "delivery.set-aside"), told(place, "delivery.perhaps-twice")) == (1, 4 + 2)
    lines = next(mail for mail in mails if "lan@ubnd.example" in str(mail["To"]))
    assert "đã gác lại vì làm hỏng việc gửi" in lines.get_body(("plain",)).get_content()
    (aside,) = [finding for finding in check_up(place) if finding.what == "set aside"]
    assert aside.level == "error" and "1 notices" in aside.seen


@pytest.mark.parametrize("place", [SEVERAL], indirect=True, ids=["five notices"])
def test_a_mail_that_cannot_be_made_holds_up_nobody(place: Place):
    """An address with a line break in it, from before such were refused, would add headers of its own."""
    with unit_of_work(place.url) as session:
        session.get_one(Notice, alone(place)[0].id).address = "a@so-a.example\nBcc: all@so-a.example"
    sink, port = Sink(), free_port()
    with running(sink, port):
        today(place, port)
        for minute in (0, 5, 20):
            set_clock(place.url, moment(DUE, 7, minute))
            delivery.send_alone.fn()

    assert [n.state for n in alone(place)] == [NoticeState.FAILED] + [NoticeState.ACCEPTED] * 4
    assert alone(place)[0].reason.startswith("set aside: sending it broke (")
