"""The checks of the machine as a page: nothing is looked at until asked, and each fault says what to do."""

import re

from models.database import unit_of_work
from models.people import Contact
from plan import clock
from tests import builders as b
from tests.web.conftest import Console
from web.routes.checks import CHECKS


def test_everything_is_looked_at_when_asked_the_worst_first_with_what_to_do(console: Console):
    admin = console.browser("admin")
    with unit_of_work(console.url) as session:
        contact = session.get_one(Contact, 1)
        contact.bounced_at = clock.now()
        session.add(contact)
    assert "Cần làm" not in admin.get("/office/checks").text
    rows = len(b.told(console.url))

    page = admin.post("/office/checks", page="/office/checks").text

    levels = re.findall(r'class="state state-(failed|draft|accepted)"', page)
    assert levels == sorted(levels, key=["failed", "draft", "accepted"].index)
    assert set(levels) == {"failed", "draft", "accepted"}
    assert '<a href="/office/faults">Thêm địa chỉ cho đơn vị.</a>' in page
    assert "nobody can receive mail for: so-a" in page
    assert len(b.told(console.url)) == rows


def test_each_check_has_words_in_both_languages_and_leads_to_a_page_that_is_there(console: Console):
    admin = console.browser("admin")
    for name, (title, todo, link) in CHECKS.items():
        assert all([*title, *todo]), name
        assert not link or admin.get(link).status_code == 200, name
