"""The real server for the bench, in as many variants as are compared, and somebody logged in to it."""

import http.client
import os
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from sip.embedded import processes
from sip.embedded.layout import ROOT

HOST = "127.0.0.1"
WORKERS = 2
WITHOUT = {"": "", "event": "event", "rls": "rls", "both": "event,rls"}  # variant: what it does without


@dataclass(frozen=True)
class Site:
    """One running variant of the service."""

    port: int

    @classmethod
    def start(cls, folder: Path, env: dict[str, str], variant: str = "") -> "Site":
        """gunicorn as the demo starts it. Without row-level security it connects as the owner, whom no policy holds."""
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = probe.getsockname()[1]
        if "rls" in WITHOUT[variant]:
            env = {**env, "DATABASE_URL": env["OWNER_DATABASE_URL"]}
        command = [
            *(str(Path(sys.executable).parent / "gunicorn"), "sip.wsgi", f"--bind={HOST}:{port}"),
            *(f"--workers={WORKERS}", "--preload", f"--chdir={ROOT}", "--no-control-socket"),
        ]
        name = f"web-{variant or 'whole'}"
        pid = processes.launch(folder, name, command, env={**env, "BENCH_WITHOUT": WITHOUT[variant]})
        site = cls(port)
        processes.await_ready(pid, name, folder, site._answers)
        return site

    def _answers(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), timeout=1).close()
        except OSError:
            return False
        return True


@dataclass
class Visitor:
    """Somebody logged in, through cookies alone."""

    site: Site
    cookies: dict[str, str] = field(default_factory=dict)

    def at(self, site: Site) -> "Visitor":
        """The same person at another variant: the sessions lie in the one database."""
        return Visitor(site, dict(self.cookies))

    def get(self, path: str, *, status: int = 200) -> tuple[float, bytes]:
        """Seconds from connecting to the last byte, and the body. Raises when the answer is another than `status`."""
        return self._ask("GET", path, None, status)

    def post(self, path: str, values: dict[str, str], *, status: int = 302) -> tuple[float, bytes]:
        """The same, for a form; its token is Django's double cookie."""
        token = self.cookies.setdefault("csrftoken", "a" * 32)
        return self._ask("POST", path, urlencode({**values, "csrfmiddlewaretoken": token}), status)

    def _ask(self, method: str, path: str, body: str | None, status: int) -> tuple[float, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        line = http.client.HTTPConnection(HOST, self.site.port, timeout=120)
        line.request(method, path, body, headers)
        answer = line.getresponse()
        page = answer.read()
        took = time.perf_counter() - began
        line.close()
        if answer.status != status:
            raise RuntimeError(f"{method} {path} answered {answer.status}, not {status}: {page[:200]!r}")
        return took, page


def log_in(site: Site, user_id: str) -> Visitor:
    """A session row for the user, as the log-in page would have left it."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from agencies.models import User
    from common import clock
    from sip.web.middleware import FRESH_KEY

    user = User.objects.get(pk=user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[FRESH_KEY] = clock.now().timestamp()
    session.save()
    return Visitor(site, {os.environ.get("SESSION_COOKIE", "sessionid"): str(session.session_key)})
