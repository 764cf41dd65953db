"""Messages: what they say, that they are complete in both languages, and that nothing can be smuggled into them."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from notifications.messages import DigestMail, Message, MessageError, MorningMail
from notifications.mime import address_problem, as_bytes
from notifications.preview import (
    previews,
    sample_digest,
    sample_morning,
    sample_notice,
    sample_task,
    samples,
)
from notifications.render import Office, Renderer, environment
from notifications.values import names, values
from notifications.wording import own
from notifications.wording_check import flaws
from notifications.words import Words
from plan.kinds import NoticeKind
from plan.lifecycle import TimeState

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
OFFICE = Office("Văn phòng UBND tỉnh", "dondoc.example.vn", "024 3825 0000")


def renderer(lang="vi"):
    return Renderer(OFFICE, lang)


def parsed(message: Message, **options) -> EmailMessage:
    data = as_bytes(message, "dondoc@tinh.example.vn", "Văn phòng UBND tỉnh", **options)
    return email.message_from_bytes(data, policy=email.policy.default)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_letter_has_its_words_in_both_languages_and_no_flaw(lang):
    assert own(lang).keys() == {*NoticeKind, "digest", "morning"}

    for letter, parts in own(lang).items():
        tries = [values(mail, Words(lang), OFFICE.name, OFFICE.contact) for mail in samples(letter, DAY)]
        assert flaws(letter, lang, parts, tries) == []
        for said in tries:
            assert names(letter).keys() <= said.keys()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_message_says_plan_item_task_and_link_in_text_and_html(lang):
    for name, message in previews(renderer(lang), AT):
        if name in ("digest", "morning"):
            continue
        link = sample_notice(NoticeKind(name), DAY).task.link
        for part in (message.text, message.html):
            assert "118/KH-UBND" in part and "II.1.1" in part, name
            assert "giao ban công tác thông tin đối ngoại" in part, name
            assert link in part, name
        assert "118/KH-UBND" in message.subject and "II.1.1" in message.subject


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_html_is_well_formed_and_loads_nothing_from_elsewhere(lang):
    for name, message in previews(renderer(lang), AT):
        assert not re.search(r"<(img|script|link|style|iframe|video)\b|url\(|@import| src=", message.html), (
            name
        )
        assert f'<html lang="{lang}">' in message.html
        balance = Balance()
        balance.feed(message.html)
        assert balance.open == [], name
        assert message.html.count("<h1") == 1


class Balance(HTMLParser):
    """Checks that every element is closed in its place."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_missing_variable_is_an_error():
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody.knows }}").render()
    with pytest.raises(UndefinedError):
        environment().get_template("notice.txt").render({"mail": sample_notice(NoticeKind.REMINDER, DAY)})


@pytest.mark.parametrize("source", [
    "{{ ''.__class__ }}", "{{ unit.__init__.__globals__ }}", "{{ ('x' * 9999999999) }}", "{{ range(10**9) | list }}",
    "{% for x in unit %}{% endfor %}", "{% set x = 1 %}", "{% include 'notice.txt' %}", "{{ self }}", "{{ unit() }}",
    "{{ unit | map('upper') }}", "{{ unit[0] }}", "{{ unit is string }}", "{% macro m() %}{% endmacro %}",
    "{{ 2 ** 9999999 }}", "{% autoescape false %}{{ unit }}{% endautoescape %}",
])  # fmt: skip
def test_wording_reaches_nothing_but_the_values_it_is_given(source):
    tries = [values(mail, Words("vi"), "A", None) for mail in samples("reminder", DAY)]

    assert [f.part for f in flaws("reminder", "vi", {**own("vi")["reminder"], "intro": source}, tries)] != []


def test_html_that_is_typed_into_wording_is_shown_as_text_and_bold_is_bold():
    wordings = {"reminder": {"intro": "<img src=x> & **{{ unit }}**\n{{ '<b>' }}"}}
    message = Renderer(OFFICE, "vi", wordings).notice(sample_notice(NoticeKind.REMINDER, DAY), at=AT)

    assert "&lt;img src=x&gt; &amp; <strong>Sở Văn hóa và Thể thao</strong><br>\n&lt;b&gt;" in message.html
    assert "<img src=x> & Sở Văn hóa và Thể thao\n<b>" in message.text


@pytest.mark.parametrize("part", [
    {"subject": "{% if granted %}{{ ref }}{% endif %}x"}, {"intro": "{{ nobody_knows }}"}, {"headline": "{{ told }}"},
    {"intro": "{{ left"},
])  # fmt: skip
def test_words_that_do_not_fit_a_message_are_left_out_and_told(part):
    make = Renderer(OFFICE, "vi", {"reminder": part})
    message = make.notice(sample_notice(NoticeKind.REMINDER, DAY), at=AT)

    assert message == renderer().notice(sample_notice(NoticeKind.REMINDER, DAY), at=AT)
    assert list(make.unfit) == ["reminder"]


@pytest.mark.parametrize(
    ("days_left", "vi", "en"),
    [
        (7, "còn 7 ngày", "7 days left"),
        (1, "còn 1 ngày", "1 day left"),
        (0, "hết hạn hôm nay", "due today"),
        (-1, "quá hạn 1 ngày", "1 day overdue"),
        (-12, "quá hạn 12 ngày", "12 days overdue"),
        (None, "chưa có thời hạn", "no deadline yet"),
    ],
)
def test_days_left_are_said_in_words(days_left, vi, en):
    task = sample_task(DAY, days_left)

    assert renderer("vi")._words.left(task) == vi
    assert renderer("en")._words.left(task) == en


def test_an_hour_that_has_passed_today_is_said_to_have_passed():
    task = replace(sample_task(DAY, 0), due_time=time(7, 30), time_state=TimeState.OVERDUE)
    words = renderer()._words

    assert words.left(task) == "đã quá giờ hết hạn hôm nay"
    assert words.due(task) == "7 giờ 30, thứ Hai, ngày 23/11/2026"


def test_a_last_reminder_sent_before_a_day_off_does_not_say_today():
    mail = replace(sample_notice(NoticeKind.LAST_DAY, DAY), task=sample_task(DAY, 2))
    message = renderer().notice(mail, at=AT)

    assert "Hôm nay" not in message.subject and "trong hôm nay" not in message.text
    assert message.subject.startswith("Còn 2 ngày, hạn cuối 25/11/2026")


def test_an_extended_deadline_shows_the_first_one_too():
    message = renderer().notice(sample_notice(NoticeKind.EXTENSION_DECISION, DAY), at=AT)

    assert message.subject.startswith("Đồng ý gia hạn đến 30/11/2026")
    assert "Thời hạn ban đầu: 16/11/2026" in message.text
    assert "thời hạn ban đầu: 16/11/2026" in message.html


def test_a_refused_extension_keeps_the_deadline():
    mail = replace(sample_notice(NoticeKind.EXTENSION_DECISION, DAY), granted=False, task=sample_task(DAY, 7))
    message = renderer().notice(mail, at=AT)

    assert message.subject.startswith("Không gia hạn, hạn vẫn là 30/11/2026")
    assert "Thời hạn vẫn là thứ Hai, ngày 30/11/2026" in message.text


def test_an_escalation_lists_what_was_delivered_before():
    message = renderer().notice(sample_notice(NoticeKind.ESCALATION, DAY), at=AT)

    assert "đã được nhắc 3 lần" in message.text
    assert "- 11/11/2026: Nhắc ngày cuối (vanthu.sovhtt@tinh.example.vn)" in message.text
    assert message.html.count("vanthu.sovhtt@tinh.example.vn") == 3


def test_an_undated_task_is_never_given_a_date():
    for kind in NoticeKind:
        mail = replace(
            sample_notice(kind, DAY),
            task=sample_task(DAY, None),
            asked_due_on=None,
            granted=False,
            history=(),
        )
        for lang in ("vi", "en"):
            message = renderer(lang).notice(mail, at=AT)
            assert not re.search(r"\d\d/\d\d/\d{4}", message.subject + message.text)
            assert "None" not in message.subject + message.text + message.html


def test_the_same_notice_has_the_same_message_id_and_hangs_on_its_assignment():
    mail = replace(sample_notice(NoticeKind.OVERDUE, DAY), notice_key="123.v2")
    first, again = renderer().notice(mail, at=AT), renderer("en").notice(mail, at=AT.replace(hour=5))

    assert first.message_id == again.message_id == "<notice-123.v2@dondoc.example.vn>"
    assert first.references == ("<assignment-451@dondoc.example.vn>",)


def test_a_digest_is_known_by_mailbox_and_day_without_showing_the_address():
    digest = sample_digest(DAY)
    same = renderer().digest(replace(digest, mailbox="VanThu.sovhtt@tinh.example.vn"), at=AT)

    assert same.message_id == renderer().digest(digest, at=AT).message_id
    assert same.message_id != renderer().digest(replace(digest, day=date(2026, 11, 24)), at=AT).message_id
    assert "vanthu" not in same.message_id


def test_a_digest_lists_everything_and_marks_only_what_counts_as_a_notice():
    digest = sample_digest(DAY)
    message = renderer().digest(digest, at=AT)

    assert message.subject == (
        "Quá hạn 2, đến hạn hôm nay 1, cần bổ sung 1, sắp đến hạn 2, mới giao 1"
        " – 118/KH-UBND, mục II.1.1 và 6 nhiệm vụ khác – 23/11/2026"
    )
    for line in digest.lines:
        assert line.link in message.text and line.link in message.html
    for part in (message.text, message.html):
        assert len(re.findall(r"   Nhắc việc hôm nay|<strong>Nhắc việc hôm nay", part)) == len(digest.noticed)


def test_a_digest_without_tasks_says_so():
    message = renderer().digest(DigestMail(mailbox="a@b.vn", recipient_name="Sở A", day=DAY), at=AT)

    assert message.subject == "Không có nhiệm vụ nào đang mở – 23/11/2026"


def test_the_morning_line_counts_and_shows_the_head_of_the_ledger():
    message = renderer().morning(sample_morning(DAY), at=AT)

    assert message.subject == "Phải gửi 128, đã gửi 127, không gửi được 1 – 23/11/2026"
    assert "48213:9f2c51d0" in message.text and "48213:9f2c51d0" in message.html
    assert "550 5.1.1 mailbox does not exist" in message.text


def test_the_morning_line_shouts_when_sending_is_stopped():
    quiet = MorningMail(mailbox="a@b.vn", recipient_name="A", day=DAY, owed=3, sent=0, sending_stopped=True)
    message = renderer().morning(quiet, at=AT)

    assert message.subject.startswith("[TẠM DỪNG GỬI] Phải gửi 3, đã gửi 0")
    assert "đang tạm dừng" in message.text and "đang tạm dừng" in message.html


def test_html_from_a_plan_or_a_person_is_shown_as_text():
    mail = sample_notice(NoticeKind.RETURNED, DAY)
    nasty = '<script>alert("1")</script> & "x"'
    mail = replace(mail, reason=nasty, task=replace(mail.task, item_text=nasty), recipient_name=nasty)
    message = renderer().notice(mail, at=AT)

    assert "<script" not in message.html
    assert nasty in message.text


def test_a_link_that_is_not_a_web_address_is_refused():
    for link in ("javascript:alert(1)", "https://a.vn/x\r\nBcc: e@e.vn", "data:text/html,x"):
        mail = sample_notice(NoticeKind.REMINDER, DAY)
        with pytest.raises(MessageError, match="web address"):
            renderer().notice(replace(mail, task=replace(mail.task, link=link)), at=AT)


def test_line_breaks_in_names_and_titles_cannot_add_headers():
    mail = sample_notice(NoticeKind.REMINDER, DAY)
    evil = "Sở A\r\nBcc: evil@example.com\u2028X: y"
    mail = replace(
        mail,
        recipient_name=evil,
        notice_key="1\r\n2",
        task=replace(mail.task, item_text=evil, plan_number=evil),
    )
    message = renderer().notice(mail, at=AT)
    received = parsed(message)

    assert received["Bcc"] is None and received["X"] is None
    assert received["To"].addresses[0].display_name == "Sở A Bcc: evil@example.com X: y"
    assert message.message_id == "<notice-1__2@dondoc.example.vn>"


@pytest.mark.parametrize("field", ["to", "to_name", "subject", "message_id"])
def test_a_message_with_a_control_character_in_a_header_cannot_be_made(field):
    message = renderer().notice(sample_notice(NoticeKind.REMINDER, DAY), at=AT)

    with pytest.raises(MessageError, match="control character"):
        replace(message, **{field: "a\nBcc: b@c.vn"})
    with pytest.raises(MessageError, match="control character"):
        replace(message, headers=(("X-A", "b\r\nBcc: c@d.vn"),))


def test_a_message_without_a_time_zone_cannot_be_made():
    with pytest.raises(MessageError, match="time zone"):
        renderer().notice(sample_notice(NoticeKind.REMINDER, DAY), at=datetime(2026, 1, 1))


def test_a_mail_carries_text_and_html_with_vietnamese_headers():
    message = renderer().notice(sample_notice(NoticeKind.REMINDER, DAY), at=AT)
    for readable in (False, True):
        received = parsed(message, readable=readable)

        assert received.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in received.iter_parts()] == ["text/plain", "text/html"]
        assert received["Subject"] == message.subject
        assert received["From"].addresses[0].display_name == "Văn phòng UBND tỉnh"
        assert received["Message-ID"] == message.message_id
        assert received["References"] == "<assignment-451@dondoc.example.vn>"
        assert received["Auto-Submitted"] == "auto-generated"
        assert received["Date"].datetime == AT
        assert received.get_body(("plain",)).get_content().replace("\r\n", "\n") == message.text
        assert received.get_body(("html",)).get_content().replace("\r\n", "\n") == message.html


def test_mail_on_the_wire_is_ascii_in_short_lines_and_the_same_each_time():
    message = renderer().digest(sample_digest(DAY), at=AT)
    data = as_bytes(message, "dondoc@tinh.example.vn", "Văn phòng")

    assert data.isascii()
    assert max(len(line) for line in data.split(b"\r\n")) <= 78
    assert data == as_bytes(message, "dondoc@tinh.example.vn", "Văn phòng")
    assert b"\n" not in data.replace(b"\r\n", b"")


@pytest.mark.parametrize("name", ['Sở "A", phòng B', "Plain, Name", "", "x" * 300, "Đ" * 300])
def test_any_name_survives_as_the_display_name(name):
    message = replace(renderer().digest(sample_digest(DAY), at=AT), to_name=name)
    raw = email.message_from_bytes(as_bytes(message, "dondoc@tinh.example.vn", ""))["To"]
    shown, address = parseaddr(raw)

    assert str(make_header(decode_header(shown))) == name
    assert address == message.to


@pytest.mark.parametrize("address", ["a@b.vn", "van.thu+so@so-tttt.hanoi.gov.vn", "root@localhost"])
def test_usual_addresses_are_fine(address):
    assert address_problem(address) is None


@pytest.mark.parametrize(
    "address", ["", "a", "a@b", "a b@c.vn", "sở@hanoi.gov.vn", "a@b.vn\r\nX: y", "<a@b.vn>", "a@b.vn, c@d.vn",
                "a..b@c.vn", "x" * 65 + "@c.vn", "a@-b.vn"]
)  # fmt: skip
def test_what_is_no_address_is_named(address):
    assert address_problem(address) is not None
    with pytest.raises(MessageError):
        as_bytes(replace_to(address), "a@b.vn", "")


def replace_to(address):
    message = renderer().digest(sample_digest(DAY), at=AT)
    object.__setattr__(message, "to", address)
    return message
