"""Mail servers for tests: a real one that keeps what it gets, and raw sockets that misbehave as told."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Sink:
    """Takes mail over real SMTP, refuses the recipients it is told to, counts connections."""

    refuse: dict[str, str] = field(default_factory=dict)
    refuse_sender: str | None = None
    refuse_data: str | None = None
    mails: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        self.connections.add(session.peer)
        if self.refuse_sender:
            return self.refuse_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.refuse_data:
            return self.refuse_data
        self.mails.append(envelope.content)
        self.recipients.extend(envelope.rcpt_tos)
        return f"250 2.0.0 queued as {len(self.mails)}"


@contextmanager
def running(sink: Sink, port: int | None = None, **options) -> Iterator[int]:
    """A real SMTP server on loopback in front of `sink`; gives its port."""
    port = port or free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def only(user: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator that knows one user."""

    def check(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=good)

    return check


@contextmanager
def scripted(*conversations: list[str | None]) -> Iterator[tuple[int, list[list[str]]]]:
    """A raw server: for each connection the answers in turn, the first being the greeting.

    None says nothing more and keeps the line open; the end of the list hangs up. DATA's text counts as one request.
    Gives the port and what was heard on each connection.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[list[str]] = []
    lines: list[socket.socket] = []

    def serve() -> None:
        for answers in conversations:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            lines.append(line)
            talk(line, answers, heard)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        listener.close()
        for line in lines:
            line.close()


def talk(line: socket.socket, answers: list[str | None], heard: list[list[str]]) -> None:
    """One connection of a scripted server."""
    said: list[str] = []
    heard.append(said)
    reader = line.makefile("rb")
    for number, answer in enumerate(answers):
        if number:
            said.append(
                hear(reader, in_data=bool(said) and said[-1] == "DATA" and answers[number - 1][:3] == "354")
            )
        if answer is None:
            return
        line.sendall(f"{answer}\r\n".encode())
    line.shutdown(socket.SHUT_RDWR)
    line.close()


def hear(reader, in_data: bool) -> str:
    """The next request: one line, or a whole text up to its dot."""
    first = reader.readline().decode().strip()
    while in_data and first != ".":
        first = reader.readline().decode().strip()
    return first.upper() if len(first) == 4 else first


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's TLS context with a certificate that nobody has signed."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + cert.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
