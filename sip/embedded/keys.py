"""Keys for a demo or a test: made once, kept in its folder, never in the repository.

Only the standard library: it is read before anything is installed or set up.
"""

import base64
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


MADE = {"SECRET_KEY": _key, "FIELD_KEY": _key, "INDEX_KEY": _key, "LOG_KEY": _key}


def keys(folder: Path) -> dict[str, str]:
    """Give the keys kept in `folder` (made with mode 0700; the file has 0600), making what is missing.

    A folder that an earlier version made keeps its keys and gets those that are new. Raises OSError when the folder
    cannot be written.
    """
    file = folder / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = _read(file)
    if MADE.keys() <= known.keys():
        return known
    with _alone(folder):  # whoever comes first decides
        known = _read(file)
        known |= {name: make() for name, make in MADE.items() if name not in known}
        fresh = folder / f"keys.{os.getpid()}"
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.writelines(f"{name}={value}\n" for name, value in known.items())
        fresh.replace(file)  # a half-written file is never seen
    return known


def _read(file: Path) -> dict[str, str]:
    try:
        return dict(line.split("=", 1) for line in file.read_text().splitlines())
    except FileNotFoundError:
        return {}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
