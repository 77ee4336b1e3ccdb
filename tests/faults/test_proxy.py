"""The proxy as it is deployed: a real nginx with deploy/proxy.conf, and what it says where it answers itself."""

import base64
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from getpass import getuser
from hashlib import sha256
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from common.files import LARGEST, LARGEST_SCAN

ROOT = Path(__file__).parents[2]
CONF = ROOT / "deploy" / "proxy.conf"
PAGES = ROOT / "deploy" / "pages"
HOME = "127.0.0.1"
TOO_LARGE = 13_000_000  # bytes

# The machine around deploy/proxy.conf; the program is given one second, so that nobody waits a minute here.
AROUND = """
user {user};
pid nginx.pid;
error_log error.log;
events {{}}
http {{
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    types {{ text/html html; }}
    proxy_read_timeout 1s;
    {server}
}}
"""


@dataclass(frozen=True)
class Said:
    """An answer: its status, its headers by name in small letters, its text."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True)
class Proxy:
    """The running proxy."""

    port: int
    folder: Path

    def ask(self, method: str = "GET", path: str = "/", body: bytes = b"") -> Said:
        """One request, over TLS."""
        trusted = ssl.create_default_context(cafile=self.folder / "certificate")
        connection = HTTPSConnection(HOME, self.port, timeout=20, context=trusted)
        try:
            connection.request(method, path, body or None)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Said(answer.status, headers, answer.read().decode())
        finally:
            connection.close()


def certificate(folder: Path) -> None:
    """A certificate for this machine, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOME))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(here, critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "certificate_key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))


def free_ports(many: int) -> list[int]:
    """Ports that nobody listens at."""
    held = [socket.create_server((HOME, 0)) for _port in range(many)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def told_here(conf: str, port: int, plain: int, program: int, folder: Path) -> str:
    """deploy/proxy.conf at these ports of this machine. What it says of pages, sizes and errors is left as it is."""
    for there, here in {
        "listen 80;": f"listen {HOME}:{plain};",
        "listen 443 ssl;": f"listen {HOME}:{port} ssl;",
        "http2 on;": "",  # Debian's nginx is older than that word
        "/run/secrets/": f"{folder}/",
        "http://web:8000;": f"http://{HOME}:{program};",
        "/usr/share/nginx/sip/": f"{PAGES}/",
    }.items():
        assert there in conf, there
        conf = conf.replace(there, here)
    return conf


@contextmanager
def proxy_before(program: int, folder: Path) -> Iterator[Proxy]:
    """The proxy, before a program at that port."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.fail("nginx is missing: sudo apt-get install nginx")
    certificate(folder)
    port, plain = free_ports(2)
    server = told_here(CONF.read_text(), port, plain, program, folder)
    (folder / "nginx.conf").write_text(AROUND.format(user=getuser(), server=server))
    command = [nginx, "-p", str(folder), "-e", "error.log", "-c", "nginx.conf"]
    # It listens when the command is back.
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    try:
        yield Proxy(port, folder)
    finally:
        subprocess.run([*command, "-s", "stop"], capture_output=True, check=False)


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Proxy]:
    """The proxy before a program that is away."""
    (away,) = free_ports(1)
    with proxy_before(away, tmp_path) as proxy:
        yield proxy


def assert_a_page(said: Said, status: int, title: str) -> None:
    """Swedish, whole in itself, kept nowhere, and of the design."""
    assert said.status == status
    assert said.headers["content-type"] == "text/html; charset=utf-8"
    assert said.headers["cache-control"] == "no-store"
    assert said.headers["x-content-type-options"] == "nosniff"
    assert f"<h1>{title}</h1>" in said.text and '<html lang="sv">' in said.text
    assert f"<title>{title} – SIP</title>" in said.text
    assert "nginx" not in said.text.lower() and "<!--" not in said.text
    assert not re.search(r"src=|<link|<script|url\(|@import|style=|https?:", said.text), "nothing is loaded"
    (style,) = re.findall(r"<style>(.*?)</style>", said.text, re.DOTALL)
    fingerprint = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{fingerprint}'" in said.headers["content-security-policy"]
    assert "default-src 'none'" in said.headers["content-security-policy"]


def test_what_is_too_large_is_told_in_swedish_and_with_the_sizes_that_the_pages_name(lonely: Proxy) -> None:
    said = lonely.ask("POST", "/verifiera/", b"x" * TOO_LARGE)
    assert_a_page(said, 413, "Det du skickade är för stort")
    assert re.findall(r"(\d+) MB", said.text) == [str(size // 1_000_000) for size in (LARGEST_SCAN, LARGEST)]


def test_a_program_that_is_away_is_told_of(lonely: Proxy) -> None:
    for method in ("GET", "POST"):
        assert_a_page(lonely.ask(method, "/idag/"), 502, "Tjänsten svarar inte just nu")


def test_a_program_that_does_not_answer_is_told_of(tmp_path: Path) -> None:
    with socket.create_server((HOME, 0)) as silent, proxy_before(silent.getsockname()[1], tmp_path) as proxy:
        assert_a_page(proxy.ask(), 504, "Tjänsten svarar inte just nu")


def test_an_address_without_end_is_told_of(lonely: Proxy) -> None:
    # Longer than a buffer of nginx, and short enough to be sent in one piece before it closes.
    assert_a_page(lonely.ask(path="/" + "a" * 9_000), 414, "Vi kunde inte läsa det du skickade")


def test_the_pages_have_no_address_of_their_own(lonely: Proxy) -> None:
    assert_a_page(lonely.ask(path="/_proxy/fel.html"), 404, "Vi kunde inte läsa det du skickade")


class _Program(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Says how much it heard, with an error of its own."""
        heard = len(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(503)
        self.end_headers()
        self.wfile.write(f"egen sida, {heard}".encode())

    def log_message(self, *_words: object) -> None:
        """Says nothing here."""


def test_what_the_program_says_passes_through_and_so_does_the_largest_file(tmp_path: Path) -> None:
    program = HTTPServer((HOME, 0), _Program)
    threading.Thread(target=program.serve_forever, daemon=True).start()
    try:
        with proxy_before(program.server_port, tmp_path) as proxy:
            said = proxy.ask("POST", "/verifiera/", b"x" * LARGEST)
    finally:
        program.shutdown()
        program.server_close()
    assert (said.status, said.text) == (503, f"egen sida, {LARGEST}")
