"""Mail kept as .eml files: when no channel is set up, and for rehearsals."""

import errno
import hashlib
import ipaddress
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from notifications.channels import Channel, ChannelError, Closing, Outcome, Status
from notifications.messages import Lang, Message, MessageError
from notifications.mime import as_bytes
from plan.clock import LOCAL, local_day

_UNSAFE = re.compile(r"[^A-Za-z0-9.+-]+")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FileChannel(Closing):
    """Each message becomes `<folder>/<day>/<hour>-<message id>.eml`; the same message replaces its own file.

    A file appears whole or not at all. Raises ChannelError when the disk is full or the folder cannot be written.
    """

    patience = 30.0

    def __init__(
        self, folder: Path, sender: str, sender_name: str = "", *, lang: Lang = "vi", durable: bool = True
    ) -> None:
        self.folder = folder
        self.sender, self.sender_name = sender, sender_name
        self.lang: Lang = lang
        self._durable = durable

    @property
    def description(self) -> str:
        if self.lang == "vi":
            return f"chưa có kênh gửi: thư được giữ thành tệp trong {self.folder}, không gửi đi"
        return f"no channel is set up: mail is kept as files in {self.folder} and not sent"

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        for message in messages:
            try:
                path = self._keep(message)
            except MessageError as error:
                yield Outcome(message.message_id, Status.FAILED, None, str(error), permanent=True)
                continue
            yield Outcome(message.message_id, Status.ACCEPTED, None, f"{path.relative_to(self.folder)}")

    def probe(self) -> Outcome:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            return Outcome("", Status.RETRY, None, str(self._trouble(error)))
        return Outcome("", Status.ACCEPTED, None, self.description)

    def _keep(self, message: Message) -> Path:
        to = message.to.split("://", 1)[0] + "@channel.invalid" if "://" in message.to else message.to
        data = as_bytes(replace(message, to=to), self.sender, self.sender_name, readable=True)
        path = self.folder / f"{local_day(message.date)}" / file_name(message)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                if self._durable:
                    os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            _forget(part)
            raise self._trouble(error) from error
        return path

    def _trouble(self, error: OSError) -> ChannelError:
        why = error.strerror or str(error)
        if error.errno in _FULL:
            vi = (
                f"ổ đĩa chứa {self.folder} đã đầy ({why}); hãy giải phóng dung lượng, thư sẽ được ghi lại sau"
            )
            en = f"the disk that holds {self.folder} is full ({why}); free some space, the mail is written later"
        else:
            vi = (
                f"không ghi được thư vào {self.folder} ({why}); hãy kiểm tra quyền ghi hoặc chọn thư mục khác"
            )
            en = f"mail cannot be written to {self.folder} ({why}); check the permissions or choose another folder"
        return ChannelError(vi if self.lang == "vi" else en)


class CaptureChannel(FileChannel):
    """The rehearsal's channel: always files, and beside them a mail server on this machine where one is given.

    With a server its answers are the outcomes, so that refusals can be rehearsed too.
    """

    def __init__(
        self,
        folder: Path,
        sender: str,
        sender_name: str = "",
        *,
        server: Channel | None = None,
        lang: Lang = "vi",
    ) -> None:
        super().__init__(folder, sender, sender_name, lang=lang, durable=False)
        self._server = server

    @property
    def description(self) -> str:
        if self.lang == "vi":
            kept = f"diễn tập: thư được giữ trong {self.folder}, không gửi ra ngoài"
        else:
            kept = f"rehearsal: mail is kept in {self.folder} and never leaves this machine"
        return f"{kept}; {self._server.description}" if self._server else kept

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        kept = super().send
        if self._server is None:
            yield from kept(messages)
            return
        for message in messages:
            filed = next(kept((message,)))
            if filed.status is Status.ACCEPTED and "://" not in message.to:
                yield from self._server.send((message,))
            else:
                yield filed

    def close(self) -> None:
        if self._server is not None:
            self._server.close()


def file_name(message: Message) -> str:
    """`080000-notice-123.v2.eml`: hour in Vietnam and Message-ID, without anything that a path could be made of."""
    key = message.message_id.strip("<>").rpartition("@")[0] or message.message_id
    safe = _UNSAFE.sub("_", key).strip(".")
    if safe != key or len(safe) > 100:
        safe = f"{safe[:80]}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    return f"{message.date.astimezone(LOCAL):%H%M%S}-{safe}.eml"


def on_this_machine(host: str) -> bool:
    """Whether `host` is this machine itself: "localhost" or a loopback address, no other name."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _forget(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return
