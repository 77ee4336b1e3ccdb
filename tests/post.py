"""A mail server and a gateway for text messages, on this machine: they keep what they get and answer as told."""

import email
import email.message
import email.policy
import socket
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

PATIENCE = 0.5  # seconds that the tests let a silent server have
HERE = "127.0.0.1"


@dataclass
class Post:
    """A mail server: `answers` are given to the next messages, `refused` to these recipients; both taken as said."""

    received: list[email.message.EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    port: int = 0

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        if address in self.refused:
            return "550 Nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take a message, or answer with the next of `answers`."""
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, email.message.EmailMessage)
        self.received.append(message)
        return "250 OK"

    def to(self, address: str | None) -> list[email.message.EmailMessage]:
        """What came to an address."""
        return [message for message in self.received if message["To"] == address]


def words(message: email.message.EmailMessage, kind: str = "plain") -> str:
    """What a message says, without its headers."""
    part = message.get_body((kind,))
    assert part is not None
    said = part.get_content()
    assert isinstance(said, str)
    return said


@contextmanager
def mail_server(box: Post) -> Iterator[Post]:
    """A real SMTP server on a free port."""
    with socket.create_server((HERE, 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname=HERE, port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def post(settings: object) -> Iterator[Post]:
    """Start the mail server and point the settings at it."""
    with mail_server(Post()) as box:
        settings.DEMO = False  # type: ignore[attr-defined]
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST = HERE  # type: ignore[attr-defined]
        settings.EMAIL_PORT = box.port  # type: ignore[attr-defined]
        settings.EMAIL_TIMEOUT = PATIENCE  # type: ignore[attr-defined]
        yield box


@dataclass
class Gateway:
    """46elks as its documentation says it is: a form comes by POST with basic authentication, JSON goes back."""

    received: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    is_silent: bool = False
    until: threading.Event = field(default_factory=threading.Event)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """What answers."""
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                if gateway.is_silent:
                    gateway.until.wait()
                    return
                secret = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
                status = gateway.answers.pop(0) if gateway.answers else 200
                if secret != "u123:p456" or self.path != "/a1/sms":
                    status = 401
                if status == 200:
                    gateway.received.append(form)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b'{"status": "created"}' if status == 200 else form["to"].encode())

            def log_message(self, *_said: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def gateway(settings: object) -> Iterator[Gateway]:
    """Start the gateway on a free port and point the settings at it."""
    stand_in = Gateway()
    server = ThreadingHTTPServer((HERE, 0), stand_in.handler())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.DEMO = False  # type: ignore[attr-defined]
    settings.SMS_URL = f"http://{HERE}:{server.server_port}/a1/sms"  # type: ignore[attr-defined]
    settings.SMS_USER, settings.SMS_PASSWORD = "u123", "p456"  # type: ignore[attr-defined]
    settings.SMS_TIMEOUT = PATIENCE  # type: ignore[attr-defined]
    yield stand_in
    stand_in.until.set()
    server.shutdown()
    server.server_close()
    thread.join()
