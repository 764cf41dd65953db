"""Opening channels, and mail kept as files."""

import email
import email.policy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from notifications.channels import Channel, ChannelError, MailChannel, Status
from notifications.files import CaptureChannel, FileChannel, file_name
from notifications.preview import sample_digest
from notifications.services import check_addresses, masked, open_capture, open_channel, secrets_of
from tests.unit.test_notifications_render import AT, DAY, renderer

SENDER = "dondoc@tinh.example.vn"


def digest(**changes):
    return replace(renderer().digest(sample_digest(DAY), at=AT), **changes)


def opened(url, **options):
    return open_channel(url, **{"sender": SENDER, "folder": Path("mail"), **options})


def test_without_an_address_mail_is_kept_as_files_and_the_channel_says_so():
    for url in (None, "", "  "):
        channel = opened(url)
        assert isinstance(channel, FileChannel)
        assert "chưa có kênh gửi" in channel.description
    assert "not sent" in opened(None, lang="en").description


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("dondocmail://mx.tinh.example.vn", "plain mx.tinh.example.vn:25"),
        ("dondocmail://mx.tinh.example.vn/?mode=starttls", "starttls mx.tinh.example.vn:587"),
        ("dondocmails://u:p@mx.tinh.example.vn", "ssl mx.tinh.example.vn:465"),
        ("dondocmails://mx.tinh.example.vn:2525/?timeout=3", "ssl mx.tinh.example.vn:2525"),
    ],
)
def test_the_address_says_server_port_and_encryption(url, server):
    channel = opened(url)

    assert isinstance(channel, MailChannel) and isinstance(channel, Channel)
    assert channel.description == f"{server} ({SENDER})"


def test_the_time_out_of_the_address_goes_before_that_of_the_settings():
    assert opened("dondocmail://mx.vn", timeout=7).patience == 7 * 12
    assert opened("dondocmail://mx.vn/?timeout=3", timeout=7).patience == 3 * 12


def test_all_problems_of_a_channel_are_told_at_once():
    with pytest.raises(ChannelError) as caught:
        opened("dondocmail://u:mat-khau@mx.tinh.example.vn", sender="văn thư")

    assert len(caught.value.problems) == 2
    assert "văn thư" in str(caught.value) and "mode=starttls" in str(caught.value)
    assert "mat-khau" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mailto://u:p@mx.vn", "dondocmail://"),
        ("carrierpigeon://x", "carrierpigeon"),
        ("slack://", "slack"),
        ("dondocmail://mx.vn/?mode=quantum", "plain, starttls, ssl"),
        ("dondocmail://mx.vn/?timeout=0", "timeout"),
        ("not an address", "://"),
    ],
)
def test_an_address_that_is_none_is_refused_with_what_to_write(url, says):
    with pytest.raises(ChannelError, match=says):
        opened(url)


def test_every_wrong_recipient_is_named():
    with pytest.raises(ChannelError) as caught:
        check_addresses(["a@b.vn", "sở@b.vn", "c d@e.vn"])
    assert len(caught.value.problems) == 2


def test_secrets_of_an_address_are_masked_wherever_they_stand():
    secrets = secrets_of("slack://TOKEN-aaaa/T0K3N-bbbb/?key=m%E1%BA%ADtkh%E1%BA%A9u&user=x")
    assert masked("failed for T0K3N-bbbb with mậtkhẩu", secrets) == "failed for *** with ***"


def test_a_file_holds_the_whole_mail_by_day_and_can_be_read_as_it_is(tmp_path):
    channel = FileChannel(tmp_path, SENDER, "Văn phòng")
    message = digest()
    (outcome,) = channel.send([message])

    assert outcome.status is Status.ACCEPTED
    path = tmp_path / outcome.answer
    assert path.parent == tmp_path / "2026-11-23" and path.name.startswith("080000-digest-2026-11-23-")
    received = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert received["Message-ID"] == message.message_id
    assert "Kính gửi: Sở Văn hóa và Thể thao".encode() in path.read_bytes()


def test_the_same_message_again_replaces_its_file_and_leaves_no_parts(tmp_path):
    channel = FileChannel(tmp_path, SENDER)
    list(channel.send([digest(), digest()]))

    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b\\c", "..", "", "x" * 400, "đơn vị", "CON:1"])
def test_a_message_id_cannot_lead_out_of_the_folder(tmp_path, key):
    message = digest(message_id=f"<{key}@b.vn>")
    (outcome,) = FileChannel(tmp_path, SENDER).send([message])
    path = (tmp_path / outcome.answer).resolve()

    assert path.is_file() and path.parent == tmp_path.resolve() / "2026-11-23"
    assert file_name(message) != file_name(digest(message_id=f"<{key}x@b.vn>"))


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file" / "mail", Path("/proc/mail")):
        with pytest.raises(ChannelError, match="hãy kiểm tra quyền ghi"):
            list(FileChannel(folder, SENDER).send([digest()]))
        assert FileChannel(folder, SENDER).probe().status is Status.RETRY


def test_a_full_disk_says_so_and_leaves_nothing_half_written(tmp_path):
    """A limit on the size of files, in a process of its own, is the system's own "no room"."""
    script = (
        "import resource, sys, pathlib\n"
        "from tests.unit.test_notifications_channels import FileChannel, SENDER, digest\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "try:\n"
        "    list(FileChannel(pathlib.Path(sys.argv[1]), SENDER).send([digest()]))\n"
        "except Exception as error:\n"
        "    print(type(error).__name__, error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-B", "-c", script, tmp_path], capture_output=True, text=True, check=True
    )

    assert ran.stdout.startswith("ChannelError ổ đĩa chứa") and "giải phóng dung lượng" in ran.stdout
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_message_that_cannot_be_a_mail_fails_alone(tmp_path):
    bad, good = FileChannel(tmp_path, SENDER).send([digest(to="sở"), digest()])

    assert (bad.status, bad.permanent, good.status) == (Status.FAILED, True, Status.ACCEPTED)


@pytest.mark.parametrize("smtp", ["dondocmail://mx.tinh.example.vn", "dondocmail://10.0.0.1", "json://127.0.0.1:1",
                                  "dondocmail://127.0.0.1.evil.vn", "dondocmail://0.0.0.0"])  # fmt: skip
def test_a_rehearsal_reaches_no_other_machine(tmp_path, smtp):
    with pytest.raises(ChannelError, match="trên chính máy này"):
        open_capture(tmp_path, sender=SENDER, smtp=smtp)


@pytest.mark.parametrize("smtp", [None, "dondocmail://127.0.0.1:2525", "dondocmail://localhost:2525"])
def test_a_rehearsal_keeps_every_mail_as_a_file(tmp_path, smtp):
    with open_capture(tmp_path, sender=SENDER, smtp=smtp) as channel:
        assert isinstance(channel, CaptureChannel) and "diễn tập" in channel.description
        (outcome,) = channel.send([digest()])

    assert outcome.status is (Status.RETRY if smtp else Status.ACCEPTED)
    assert len(list(tmp_path.rglob("*.eml"))) == 1
