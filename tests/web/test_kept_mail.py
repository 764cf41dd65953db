"""Mail that is kept as files is read in the console, by those who may see every plan, and by nobody's path."""

from datetime import timedelta

import pytest
from sqlmodel import select

from actions import rights
from models.database import unit_of_work
from models.people import Person
from models.plans import Plan
from notifications.files import FileChannel
from notifications.kept import days, kept_mail, of_day
from notifications.preview import sample_digest
from notifications.render import Office, Renderer
from plan.clock import local_day
from tests import builders as b
from tests.web.conftest import NOON, Console

DAY = f"{local_day(NOON)}"


def keep_mail(console: Console) -> str:
    """Keep the digest of today and one of tomorrow; answers where today's is."""
    renderer = Renderer(Office("Văn phòng", "x.example"))
    channel = FileChannel(console.settings.mail_dir, "dondoc@x.example")
    mails = [renderer.digest(sample_digest(local_day(at)), at=at) for at in (NOON, NOON + timedelta(days=1))]
    first, _ = channel.send(mails)
    return first.answer


@pytest.fixture
def place(console: Console) -> str:
    """Where today's digest is kept, beside one of tomorrow."""
    return keep_mail(console)


def test_a_mail_is_found_by_its_day_and_shown_as_its_reader_sees_it(console: Console, place: str):
    lan = console.browser("lan")
    listed = lan.get(f"/mail?day={DAY}").text
    assert f'href="/mail/{place}"' in listed
    assert "lan@" not in listed

    page, body = lan.get(f"/mail/{place}"), lan.get(f"/mail/{place}/body")

    assert "Kính gửi" in page.text
    assert "sandbox allow-popups" in body.headers["content-security-policy"]
    assert '<base target="_blank">' in body.text


@pytest.mark.parametrize(
    "path", ["/mail/2021-04-07/khong-co.eml", "/mail/2021-04-07/..%2F..%2Fdondoc.db", "/mail/..%2f/dondoc.db"]
)
def test_nothing_but_kept_mail_is_opened(console: Console, place: str, path: str):
    assert console.browser("lan").get(path).status_code == 404


def test_a_unit_and_a_coordinator_of_some_plans_do_not_see_the_mail_of_all(console: Console, place: str):
    with unit_of_work(console.url) as session:
        mai = session.exec(select(Person).where(Person.code == "mai")).one()
        (plan,) = session.exec(select(Plan.id)).all()
        rights.limit(session, mai, [plan or 0], at=NOON, actor=b.SYSTEM)

    for code in ("minh", "mai"):
        refused = console.browser(code).get(f"/mail/{place}")
        assert (refused.status_code, "Kính gửi" in refused.text) == (403, False)
    assert "hần này chứa mọi kế hoạch" in console.browser("mai").get("/mail").text


def test_links_that_answer_for_a_reader_are_hidden_from_others(console: Console, place: str):
    whole = kept_mail(console.settings.mail_dir, place)
    assert whole and "/a/" in whole.text and "/a/" in whole.html

    sealed = whole.sealed("(liên kết riêng)")

    assert "/a/" not in sealed.text + sealed.html
    assert "(liên kết riêng)" in sealed.text


def test_days_are_told_newest_first_and_a_folder_without_mail_has_none(console: Console, place: str):
    folder = console.settings.mail_dir

    assert [(f"{day}", number) for day, number in days(folder)] == [("2021-04-08", 1), ("2021-04-07", 1)]
    assert [m.place for m in of_day(folder, local_day(NOON), size=10)] == [place]
    assert days(folder / "khac") == []
