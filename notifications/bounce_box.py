"""The mailbox to which undeliverable mail comes back, over IMAP.

    imaps://user:password@server[:993]/[folder]        TLS from the first byte
    imap://user:password@server[:143]/[folder]         STARTTLS; ?mode=plain only on this machine

The folder is opened read-only and nothing in it is changed: what has been read is known by its number (UID, RFC 3501),
so that people may look into the mailbox, mark and tidy as they like.
"""

import imaplib
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
    UnexpectedCommandStatusError,
)

from notifications.bounces import MOST
from notifications.files import on_this_machine
from notifications.messages import Lang, one_line

TIMEOUT = 20.0
"""Seconds to wait for the connection and for each answer."""
AT_ONCE = 500
"""How many mails one reading takes; what is left comes with the next."""
_PORTS = {"imap": 143, "imaps": 993}


class BoxError(Exception):
    """The bounce mailbox cannot be read; the text says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a mailbox has been read: mails with a number above `uid`, in the numbering `validity`, are new."""

    validity: int = 0
    uid: int = 0


@dataclass(frozen=True, slots=True)
class Returned:
    """One mail of the box, and the mark that stands once it has been taken."""

    raw: bytes
    mark: Mark


@dataclass(frozen=True, slots=True, repr=False)
class ImapBox:
    """A folder on an IMAP server. Its text never shows the password."""

    host: str
    port: int
    mode: str
    user: str
    password: str
    folder: str
    verify: bool = True
    lang: Lang = "vi"

    @property
    def name(self) -> str:
        """Which one it is."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"

    def __repr__(self) -> str:
        return self.name

    def new(self, since: Mark) -> Generator[Returned]:
        """The mails above the mark, in the order of their numbers; all of them where the server numbered anew.

        Raises BoxError.
        """
        with self._opened() as box:
            validity = self._numbering(box)
            known = since.uid if validity == since.validity else 0
            uids = sorted(uid for uid in map(int, box.uids(f"UID {known + 1}:*")) if uid > known)
            for uid in uids[:AT_ONCE]:
                yield Returned(self._raw(box, str(uid)), Mark(validity, uid))

    def count(self) -> int:
        """How many mails lie in it. Raises BoxError."""
        with self._opened() as box:
            return box.folder.status(self.folder, ("MESSAGES",))["MESSAGES"]

    def _numbering(self, box: BaseMailBox) -> int:
        return box.folder.status(self.folder, ("UIDVALIDITY",))["UIDVALIDITY"]

    @staticmethod
    def _raw(box: BaseMailBox, uid: str) -> bytes:
        """The first part of a mail as it came; empty where it has gone meanwhile."""
        answer: list[Any] = box.client.uid("fetch", uid, f"(BODY.PEEK[]<0.{MOST}>)")[1]
        return next((cast("bytes", part[1]) for part in answer if isinstance(part, tuple)), b"")

    @contextmanager
    def _opened(self) -> Generator[BaseMailBox]:
        """Connected, signed in, the folder open for reading only; every failure in words."""
        try:
            with self._connected() as box:
                if (self.user + self.password).isascii():
                    box.login(self.user, self.password, initial_folder=None)
                else:
                    box.login_utf8(self.user, self.password, initial_folder=None)
                box.folder.set(self.folder, readonly=True)  # pyright: ignore[reportUnknownMemberType]
                yield box
        except (OSError, imaplib.IMAP4.error, ImapToolsError) as error:
            raise BoxError(self._trouble(error)) from error

    def _connected(self) -> BaseMailBox:
        if self.mode == "plain":
            return MailBoxUnencrypted(self.host, self.port, timeout=TIMEOUT)
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        kind = MailBox if self.mode == "ssl" else MailBoxStartTls
        return kind(self.host, self.port, timeout=TIMEOUT, ssl_context=context)

    def _trouble(self, error: Exception) -> str:
        why = one_line(_said(error))
        vi, en = _WORDS[_kind(error)]
        said, todo = (vi if self.lang == "vi" else en).split("; ")
        return f"{self.name}: {said} ({why[:300] or type(error).__name__}); {todo}"


_WORDS = {
    "tls": (
        "không tin được chứng chỉ TLS; hãy cài chứng chỉ của cơ quan cấp hoặc thêm ?verify=no",
        "its TLS certificate is not trusted; install the issuer's certificate or add ?verify=no",
    ),
    "login": (
        "máy chủ từ chối đăng nhập; hãy xem lại tên và mật khẩu trong DONDOC_BOUNCE_URL",
        "the server refuses to sign in; check name and password in DONDOC_BOUNCE_URL",
    ),
    "folder": (
        "không mở được thư mục; hãy xem lại tên thư mục trong DONDOC_BOUNCE_URL",
        "the folder cannot be opened; check its name in DONDOC_BOUNCE_URL",
    ),
    "silent": (
        "máy chủ không trả lời; hãy xem máy chủ có chạy không, sẽ đọc lại ở lượt sau",
        "the server does not answer; see whether it runs, it is read again next time",
    ),
    "other": (
        "không đọc được; hãy xem lại DONDOC_BOUNCE_URL và máy chủ",
        "cannot be read; check DONDOC_BOUNCE_URL and the server",
    ),
}


def _said(error: Exception) -> str:
    """The server's own words where it gave some."""
    if isinstance(error, UnexpectedCommandStatusError):
        answer = cast("list[object]", error.command_result[1])  # pyright: ignore[reportUnknownMemberType]
        return " ".join(part.decode("utf-8", "replace") for part in answer if isinstance(part, bytes))
    return str(error)


def _kind(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return "tls"
        case MailboxLoginError():
            return "login"
        case MailboxFolderSelectError():
            return "folder"
        case OSError():
            return "silent"
        case _:
            return "other"


def open_box(url: str, lang: Lang = "vi") -> ImapBox:
    """The mailbox that `url` names. Raises BoxError with all that is wrong with it; opens no connection."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit("?:"), None
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        vi = "DONDOC_BOUNCE_URL: hãy ghi imaps://tài-khoản:mật-khẩu@máy-chủ/thư-mục"
        en = "DONDOC_BOUNCE_URL: write imaps://user:password@server/folder"
        raise BoxError(vi if lang == "vi" else en)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    mode = "ssl" if parts.scheme == "imaps" else asked.get("mode", "starttls")
    if mode == "plain" and not on_this_machine(parts.hostname):
        vi = "DONDOC_BOUNCE_URL: mật khẩu hộp thư sẽ đi không mã hóa; hãy dùng imaps://, hoặc bỏ ?mode=plain"
        en = "DONDOC_BOUNCE_URL: the mailbox's password would travel unencrypted; use imaps://, or drop ?mode=plain"
        raise BoxError(vi if lang == "vi" else en)
    return ImapBox(
        parts.hostname, port or _PORTS[parts.scheme], mode, unquote(parts.username), unquote(parts.password or ""),
        unquote(parts.path.strip("/")) or "INBOX", asked.get("verify") != "no", lang,
    )  # fmt: skip
