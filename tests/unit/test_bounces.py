"""Reports are understood whatever server wrote them; what is no report, or a broken one, says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.bounces import read_report
from plan.returned import Fared, Fate, Report
from tests.returned_mail import (
    MESSAGE,
    TO,
    away,
    exim_report,
    qmail_report,
    read_receipt,
    status_report,
)


def only(report: Report) -> Fared:
    (fared,) = report.fared
    return fared


def test_a_status_report_tells_recipient_status_reason_and_which_mail():
    report = read_report(status_report())

    assert report.message_ids == {MESSAGE}
    fared = only(report)
    assert (fared.fate, fared.addresses, fared.status) == (Fate.FAILED, {TO}, "5.1.1")
    assert fared.answer == "550 5.1.1 User unknown in virtual mailbox table"


def test_the_address_first_written_to_counts_as_well_as_the_last_one():
    report = read_report(status_report(to="x@elsewhere.example", original="A@So-A.example"))

    assert report.about(TO) is not None
    assert report.about("b@so-b.example") is None


@pytest.mark.parametrize(
    ("action", "fate"),
    [
        ("failed", Fate.FAILED),
        ("delayed", Fate.DELAYED),
        ("relayed", Fate.DELIVERED),
        ("Failed", Fate.FAILED),
    ],
)
def test_the_action_says_how_it_fared(action: str, fate: Fate):
    assert read_report(status_report(action=action, status="4.4.1")).fate is fate


@pytest.mark.parametrize(
    ("status", "words", "dead"),
    [
        ("5.1.1", "550 5.1.1 no such user", True),
        ("5.1.10", "556 null MX", True),
        ("5.2.1", "550 mailbox disabled", True),
        ("5.2.2", "552 5.2.2 mailbox full", False),
        ("5.7.1", "550 5.7.1 rejected as spam", False),
        ("4.4.7", "delivery time expired", False),
        ("5.0.0", "550 User unknown", True),
        ("5.0.0", "550 rejected by policy", False),
    ],
)
def test_only_an_address_that_is_no_good_is_dead(status: str, words: str, dead: bool):
    assert only(read_report(status_report(status=status, words=words))).dead is dead


@pytest.mark.parametrize("report", [exim_report, qmail_report], ids=["exim", "qmail"])
def test_reports_of_their_own_form_are_read_too(report):
    read = read_report(report())

    assert (only(read).fate, only(read).status, only(read).dead) == (Fate.FAILED, "5.1.1", True)
    assert read.about(TO) is not None
    assert read.message_ids == {MESSAGE}


@pytest.mark.parametrize("mail", [away, read_receipt], ids=["vacation", "read receipt"])
def test_an_automatic_answer_is_never_a_bounce(mail):
    assert read_report(mail()) == Report(Fate.AUTOMATIC)


def test_a_letter_is_no_report():
    assert read_report(b"From: a@so-a.example\r\nSubject: Re\r\n\r\nCam on.") == Report(Fate.OTHER)


MAILS = [status_report(), exim_report(), qmail_report(), away(), read_receipt()]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A report with pieces cut out, put in and turned round."""
    raw = bytearray(draw(st.sampled_from(MAILS)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(raw)))
        raw[at : at + draw(st.integers(0, 60))] = draw(st.binary(max_size=40))
    return bytes(raw)


@given(st.one_of(damaged(), st.binary(max_size=400)))
def test_no_mail_whatever_its_bytes_stops_the_reading(raw: bytes):
    report = read_report(raw)

    assert not report.message_ids or report.fared, "it names a mail of ours only where it says how that fared"
    assert all(one.addresses for one in report.fared)
