"""Every mail can be looked at, put into the office's own words and back, and sent to whoever looks."""

import email
import html
import re
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage

import httpx
import pytest

from models.database import unit_of_work
from models.letters import LetterWording
from notifications.preview import previews
from notifications.render import Office, Renderer
from tasks.delivery import send_alone
from tasks.place import here
from tests import builders as b
from tests.web.conftest import NOON, Console
from tests.web.test_changes import go
from web.letter_words import LETTERS


def test_every_letter_has_words_for_what_it_is_and_who_gets_it():
    made = {name for name, _ in previews(Renderer(Office("Văn phòng", "x.example")), b.AT)}

    assert made == set(LETTERS)


@pytest.mark.parametrize(("lang", "words"), [("vi", "Kính gửi"), ("en", "Dear")])
def test_a_letter_is_shown_as_its_reader_sees_it(console: Console, lang: str, words: str):
    lan = console.browser("lan")
    assert "/office/letters/reminder" in lan.get(f"/office/letters?in={lang}").text

    page = lan.get(f"/office/letters/reminder?in={lang}")
    body = lan.get(f"/office/letters/reminder/body?in={lang}")

    assert "118/KH-UBND" in page.text
    assert "sandbox" in body.headers["content-security-policy"]
    assert body.headers["x-frame-options"] == "SAMEORIGIN"
    assert f'lang="{lang}"' in body.text


def test_a_sample_goes_to_whoever_asks_and_to_nobody_else(console: Console):
    admin = console.browser("admin")
    assert (
        "chưa có địa chỉ thư"
        in admin.post("/office/letters/reminder/send", page="/office/letters/reminder").text
    )
    me = {"code": "admin", "name": "Quản trị", "role": "administrator", "address": "quantri@ubnd.example"}
    admin.post("/people", me, page="/people")

    page = admin.post("/office/letters/reminder/send", page="/office/letters/reminder")

    assert "Đã gửi đến quantri@ubnd.example" in page.text
    (file,) = console.settings.mail_dir.rglob("*.eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (mail["To"].addresses[0].addr_spec, mail["Subject"][:5]) == ("quantri@ubnd.example", "[Thử]")
    last = b.told(console.url)[-1]
    assert (last.action, "quantri@" in last.data) == ("letter.tried", False)


def test_an_unknown_letter_is_not_found(console: Console):
    assert console.browser("lan").get("/office/letters/khong-co").status_code == 404


@pytest.fixture
def sender(console: Console, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What sends mail works where the console does."""
    monkeypatch.setenv("DONDOC_HOME", str(console.settings.home))
    here.cache_clear()
    yield
    here.cache_clear()


def retext(console: Console, lang: str = "vi", **parts: str) -> dict[str, str]:
    """The fields of the form as the page shows them, but for some."""
    page = console.browser("admin").get(f"/office/letters/reminder?in={lang}").text
    found = re.findall(r'<textarea id="f-(part-\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    version = page.split('name="version" value="')[1].split('"')[0]
    shown = {name: html.unescape(words) for name, words in found}
    return {"version": version, **shown, **{f"part-{name}": words for name, words in parts.items()}}


def put(console: Console, fields: dict[str, str], lang: str = "vi") -> httpx.Response:
    """Look at these words, and save them."""
    admin, here = console.browser("admin"), f"/office/letters/reminder?in={lang}"
    looked = admin.post(f"/office/letters/reminder/look?in={lang}", fields, page=here).text
    seen = looked.split('name="seen" value="')[1].split('"')[0]
    return admin.post(here, {**fields, "seen": seen}, page=here)


def sent(console: Console) -> EmailMessage:
    """Nudge unit A about its first task and read the mail that goes out."""
    go(console.browser("lan"), "nudge", 1)
    assert send_alone.fn().accepted == 1
    (file,) = console.settings.mail_dir.rglob("*.eml")
    return email.message_from_bytes(file.read_bytes(), policy=policy.default)


def test_an_administrator_puts_a_letter_into_the_offices_words(console: Console, sender: None):
    words = {
        "subject": "[Nhắc] {{ ref }}: {{ task_short }}",
        "intro": "Kính báo <{{ unit }}>:\n**hạn {{ due }}**.",
    }
    done = put(console, retext(console, **words))
    assert done.headers["location"] == "/office/letters/reminder?in=vi&said=worded"

    mail = sent(console)
    plain = mail.get_body(("plain",)).get_content()
    rich = mail.get_body(("html",)).get_content()
    assert mail["Subject"].startswith("[Nhắc] 15/KH-UBND, mục II.1")
    assert "Kính báo <Sở A>:\nhạn thứ" in plain.replace("\r\n", "\n")
    assert "Kính báo &lt;Sở A&gt;:<br>\n<strong>hạn thứ" in rich.replace("\r\n", "\n")
    assert "/a/" in plain and "/a/" in rich
    assert "English" in console.browser("lan").get("/office/letters/reminder?in=en").text
    assert "[Nhắc]" not in console.browser("lan").get("/office/letters/reminder?in=en").text
    assert ("letter.worded", "letter:reminder.vi") in {(r.action, r.subject) for r in b.told(console.url)}


def test_words_are_seen_with_real_data_before_they_are_saved(console: Console):
    admin, here = console.browser("admin"), "/office/letters/reminder?in=vi"
    fields = retext(console, intro="Xin nhắc {{ unit }}.")
    unseen = admin.post(here, fields, page=here)
    assert (unseen.status_code, b.told(console.url)[-1].action) == (409, "sign-in.accepted")

    looked = admin.post("/office/letters/reminder/look?in=vi", fields, page=here).text
    frame = html.unescape(re.findall(r'<iframe class="letter" src="([^"]+)"', looked)[0])
    assert "Xin nhắc Sở B." in looked and "II.3" in looked
    assert "Xin nhắc Sở B." in admin.get(frame).text and "lien-ket-xem-thu" in admin.get(frame).text
    assert admin.get(frame.replace("try=", "try=x")).status_code == 404

    seen = looked.split('name="seen" value="')[1].split('"')[0]
    other = admin.post(here, {**fields, "part-todo": "Khác", "seen": seen}, page=here)
    assert other.status_code == 409


def test_every_flaw_is_named_with_its_part_and_line_and_nothing_typed_is_lost(console: Console):
    admin, here = console.browser("admin"), "/office/letters/reminder?in=vi"
    bad = {
        "subject": "Nhắc việc", "headline": "{% if dated %}x",
        "intro": "Một\n{{ unti }}\n{% for x in ref %}{% endfor %}{{ due.year }} **", "todo": "{{ due | safe }}",
    }  # fmt: skip
    page = admin.post("/office/letters/reminder/look?in=vi", retext(console, **bad), page=here)

    assert page.status_code == 422
    for said in (
        "Tiêu đề thư: trường hợp nào cũng phải có {{ ref }}", "Dòng đầu thư, dòng 1: không đọc được",
        "Lời mở đầu, dòng 2: không có biến unti; có phải unit?", "Lời mở đầu, dòng 3: ở đây không dùng được {% for %}",
        "dấu chấm sau tên biến", "có dấu ** mở mà không đóng", "Lời đề nghị, dòng 1: không có “| safe”",
    ):  # fmt: skip
        assert said in page.text, said
    assert "{{ unti }}" in page.text
    assert 'href="#f-part-subject"' in page.text


def test_versions_are_kept_and_the_programs_own_words_come_back(console: Console):
    put(console, retext(console, todo="Bản một."))
    stale = retext(console, todo="Bản hai.")
    put(console, retext(console, todo="Bản khác."))
    assert "Người khác vừa sửa thư này" in put(console, stale).text
    admin, here = console.browser("admin"), "/office/letters/reminder?in=vi"
    assert ">Bản một.</textarea>" in admin.get(f"{here}&version=1").text

    admin.post("/office/letters/reminder/restore?in=vi", {"version": "2"}, page=here)
    page = admin.get(here).text
    assert "có sẵn của chương trình" in page and "Bản khác." not in page
    assert [r.action for r in b.told(console.url) if r.action.startswith("letter.")] == [
        "letter.worded", "letter.worded", "letter.restored",
    ]  # fmt: skip


def test_a_mail_goes_out_in_our_words_where_the_offices_do_not_fit_and_the_administrator_is_told(
    console: Console, sender: None
):
    with unit_of_work(console.url) as session:
        session.add(LetterWording(
            letter="reminder", lang="vi", version=1, parts={"intro": "{{ gone_in_a_newer_version }}"},
            made_by="person:1", made_at=NOON,
        ))  # fmt: skip
    mail = sent(console)

    assert "Nhiệm vụ dưới đây của Sở A đến hạn" in mail.get_body(("plain",)).get_content()
    admin = console.browser("admin")
    assert "gone_in_a_newer_version" in admin.get("/office/faults").text
    assert "Lời thư của cơ quan không dùng được" in admin.get("/office/letters/reminder?in=vi").text
    assert "lời có sẵn được gửi thay" in admin.get("/office").text
    put(console, retext(console, intro="{{ unit }} có việc."))
    assert "gone_in_a_newer_version" not in admin.get("/office/faults").text


def test_somebody_else_may_look_but_not_change(console: Console):
    lan = console.browser("lan")

    assert "<textarea" not in lan.get("/office/letters/reminder").text
    assert lan.post("/office/letters/reminder/look", page="/no-such-page").status_code == 403
