"""A real IMAP server for tests: Dovecot, in a folder of its own, with one user whose mailbox any test may fill."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from imap_tools import MailBoxUnencrypted

from tests.engine.conftest import until
from tests.engine.mail_servers import certificate, free_port

USER, PASSWORD = "bounce@tinh.example.vn", "mật khẩu-of-the-box"
_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
ssl = yes
ssl_cert = <{home}/tls/server.pem
ssl_key = <{home}/tls/server.pem
auth_mechanisms = plain login
disable_plaintext_auth = no
mail_location = maildir:{home}/mail/%u
mail_privileged_group =
first_valid_uid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
passdb {{
  driver = passwd-file
  args = {home}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/mail/%u
}}
"""


@dataclass(frozen=True)
class ImapServer:
    """Where it listens: without TLS and with."""

    port: int
    tls: int

    def url(self, folder: str = "INBOX", mode: str = "plain", password: str = PASSWORD) -> str:
        """The address by which the program reads a folder."""
        from urllib.parse import quote

        where = f"{quote(USER)}:{quote(password)}@127.0.0.1"
        if mode == "ssl":
            return f"imaps://{where}:{self.tls}/{folder}"
        return f"imap://{where}:{self.port}/{folder}?mode={mode}"

    @contextmanager
    def signed_in(self) -> Iterator[MailBoxUnencrypted]:
        """A connection of a person who looks after the mailbox."""
        with MailBoxUnencrypted("127.0.0.1", self.port) as box:
            box.login_utf8(USER, PASSWORD)
            yield box

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Let mails arrive."""
        with self.signed_in() as box:
            for mail in mails:
                box.append(mail, folder)

    def empty(self) -> None:
        """Remove every mail, as somebody who tidies up."""
        with self.signed_in() as box:
            box.delete(box.uids())


@contextmanager
def dovecot(program: str) -> Iterator[ImapServer]:
    """Dovecot on two free ports; everything it writes is in a folder that goes with it."""
    home = Path(mkdtemp(prefix="imap-", dir="/tmp"))  # its sockets need a short path
    account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    server = ImapServer(free_port(), free_port())
    for name in ("run", "state", "mail", "tls"):
        (home / name).mkdir()
    certificate(home / "tls")
    (home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", "utf-8")
    group = _group(account.pw_gid)
    (home / "conf").write_text(
        _CONFIG.format(home=home, user=account.pw_name, group=group, port=server.port, tls=server.tls),
        "utf-8",
    )
    for path in (home, *home.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)
    process = subprocess.Popen([program, "-F", "-c", str(home / "conf")])
    try:
        until(lambda: _answers(server) or process.poll() is not None, 20, "an IMAP server")
        assert process.poll() is None, (home / "log").read_text("utf-8") if (home / "log").exists() else ""
        yield server
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def _group(number: int) -> str:
    import grp

    return grp.getgrgid(number).gr_name


def _answers(server: ImapServer) -> bool:
    try:
        with server.signed_in():
            return True
    except OSError:
        return False
