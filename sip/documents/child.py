"""One paper made in a process of its own: without keys, without a database, and with limits that the system holds.

`python -m sip.documents.child` reads an order as JSON and writes the PDF. What a hostile text could do to the renderer
it does to this process alone, which ends.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

MEMORY = 1024**3  # bytes of address space
SECONDS = 60  # of the processor
PATIENCE = 120  # seconds on the clock: a loaded machine gives a process half of its time

_ROOT = Path(__file__).resolve().parents[2]


class NotMade(Exception):
    """The child made no paper: it was too much for its limits, or the renderer fell. Holds no word of the content."""


class TookTooLong(NotMade):
    """It was not made in time; whoever has more time may make it."""


def make_apart(kind: str, content: str, look: dict[str, object], *, patience: float = PATIENCE) -> bytes:
    """The PDF of an order, made by a child of this process within `patience` seconds. Raises NotMade, TookTooLong."""
    order = json.dumps({"kind": kind, "content": content, "look": look})
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _START, str(_ROOT), str(MEMORY)],
            input=order.encode(),
            capture_output=True,
            timeout=patience,
            check=False,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLong("it took too long") from error
    except OSError as error:  # the machine has no memory or no process left for it
        raise NotMade(type(error).__name__) from error
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        # The last line names the error's kind, and may quote the content after a colon: that part stays in the child.
        told = done.stderr.decode(errors="replace").strip().splitlines() or [f"status {done.returncode}"]
        raise NotMade(told[-1].split(":")[0][:80])
    return done.stdout


# -I leaves out the environment and the folder: the child is told where the program is, and nothing else.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from sip.documents.child import main; main(int(sys.argv[2]))"


def main(memory: int) -> None:
    """Read the order, make it in `memory` bytes, write it."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _set_up()
    from sip.documents.orders import order_of

    wanted = json.load(sys.stdin)
    sys.stdout.buffer.write(order_of(wanted["kind"], wanted["content"], wanted["look"]).made())


def _set_up() -> None:
    """The catalogues and nothing else of the program's settings, which hold keys."""
    import django
    from django.conf import settings

    settings.configure(USE_TZ=True, LANGUAGE_CODE="sv", LOCALE_PATHS=[_ROOT / "locale"])
    django.setup()
