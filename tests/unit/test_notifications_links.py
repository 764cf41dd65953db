"""Signed links: they carry what they say, end when they say, and cannot be made by others."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.links import LinkClaim, LinkError, LinkProblem, Links

SECRET = "a-secret-of-at-least-thirty-two-characters"
AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ENDS = AT + timedelta(days=30)
LINKS = Links(SECRET)


def test_a_link_says_what_was_signed():
    token = LINKS.sign("answer", [45, 12, 45], "contact:7", "shared", ENDS, generation=2)

    assert LINKS.read(token, AT) == LinkClaim("answer", (12, 45), "contact:7", "shared", ENDS, 2)


def test_the_same_claim_gives_the_same_link():
    assert LINKS.sign("answer", [1, 2], "p:1", "personal", ENDS) == LINKS.sign(
        "answer", [2, 1], "p:1", "personal", ENDS
    )


def test_a_link_ends_at_its_second():
    token = LINKS.sign("answer", [1], "p:1", "personal", ENDS)

    assert LINKS.read(token, ENDS - timedelta(seconds=1)).subjects == (1,)
    with pytest.raises(LinkError, match="đã hết hạn") as caught:
        LINKS.read(token, ENDS)
    assert caught.value.problem is LinkProblem.EXPIRED


@given(st.integers(0, 10**6), st.characters(codec="ascii"))
def test_a_changed_link_opens_nothing(place, char):
    token = LINKS.sign("answer", [1], "p:1", "personal", ENDS)
    # The last character of base64 has spare bits: another letter there may be the same signature.
    place %= len(token) - 1
    changed = token[:place] + char + token[place + 1 :]
    if changed == token:
        return
    with pytest.raises(LinkError) as caught:
        LINKS.read(changed, AT)
    assert caught.value.problem is LinkProblem.FORGED


@given(st.text())
def test_anything_else_is_refused_in_words(text):
    with pytest.raises(LinkError) as caught:
        LINKS.read(text, AT)
    assert caught.value.problem is LinkProblem.FORGED


def test_a_link_signed_with_another_secret_is_forged():
    token = Links("another-secret-of-at-least-32-characters!").sign("answer", [1], "p:1", "personal", ENDS)
    with pytest.raises(LinkError):
        LINKS.read(token, AT)


def test_links_signed_with_the_secret_before_still_open():
    new = Links([SECRET, "the-new-secret-of-at-least-32-characters"])
    token = LINKS.sign("answer", [1], "p:1", "personal", ENDS)

    assert new.read(token, AT).recipient == "p:1"
    with pytest.raises(LinkError):
        LINKS.read(new.sign("answer", [1], "p:1", "personal", ENDS), AT)


def test_a_link_for_something_else_is_refused():
    token = LINKS.sign("calendar", [1], "p:1", "personal", ENDS)
    with pytest.raises(LinkError) as caught:
        LINKS.read(token, AT, purpose="answer")
    assert caught.value.problem is LinkProblem.OTHER_PURPOSE


def test_a_short_secret_and_a_naive_moment_are_refused():
    with pytest.raises(ValueError, match="32 characters"):
        Links("short")
    with pytest.raises(ValueError, match="time zone"):
        LINKS.sign("answer", [1], "p:1", "personal", datetime(2026, 1, 1))


def test_twenty_tasks_still_make_a_link_that_mail_programs_keep_whole():
    token = LINKS.sign("answer", range(20_000, 20_020), "contact:123", "shared", ENDS)

    assert len(token) < 300
    assert all(char.isalnum() or char in "-_." for char in token)
