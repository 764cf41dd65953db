"""Every mail can be looked at in both languages, and sent to whoever looks through the channel in use."""

import email
from email import policy

import pytest

from notifications.preview import previews
from notifications.render import Office, Renderer
from tests import builders as b
from tests.web.conftest import Console
from web.routes.letters import LETTERS


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
