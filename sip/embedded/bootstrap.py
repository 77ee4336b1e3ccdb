"""Make .venv from the locked requirements and see to what only the system can give.

Runs on the machine's own Python, before anything is installed: only the standard library, and syntax
that an old Python reads far enough to be told that it is too old.

    python3 -I sip/embedded/bootstrap.py          what the demo needs
    python3 -I sip/embedded/bootstrap.py --dev    what the tests need, browser included
"""

import ctypes
import ctypes.util
import errno
import glob
import hashlib
import importlib.util
import os
import shutil
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
UV = ROOT / "var" / "uv"
STAMP = VENV / "made-from"
LOCKS = {"demo": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
ROOM = 1200  # megabytes that libraries and data need
INSTALL = ["apt-get", "install", "-yq", "--no-install-recommends"]
FOR_TESTS = {"chromium", "nginx", "poppler-utils", "qpdf"}
SBIN = "/usr/sbin"  # where Debian keeps nginx, and where not everybody looks
FULL = "Disken är full. Frigör utrymme och försök igen."
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Broken(Exception):
    """One sentence for the person at the keyboard."""


def main(words: List[str]) -> int:
    """Set up; give the exit status."""
    try:
        right_python()
        writable()
        system_parts("--dev" in words)
        environment("dev" if "--dev" in words else "demo")
    except Broken as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nAvbrutet. Kör samma kommando igen för att fortsätta.", file=sys.stderr)
        return 130
    return 0


def right_python() -> None:
    """Go on with a newer Python when this one is too old and a newer one is on the PATH."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, "-I", str(Path(__file__).resolve()), *sys.argv[1:]])
    raise Broken(
        f"SIP behöver Python 3.11 eller nyare, och {sys.executable} är {sys.version.split()[0]}: "
        "installera en nyare, eller peka ut den med PYTHON=… framför make."
    )


def writable() -> None:
    """See that the folder takes files, and has room for them."""
    try:
        (ROOT / "var").mkdir(exist_ok=True)
        probe = ROOT / "var" / f"probe-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise Broken(FULL) from None
        raise Broken(f"Det går inte att skriva i {ROOT}: välj en mapp som du får skriva i.") from None
    free = shutil.disk_usage(str(ROOT)).free // 1000000
    if not STAMP.exists() and free < ROOM:
        raise Broken(f"Disken är nästan full: SIP behöver {ROOM} MB och {free} MB är lediga.")


def system_parts(dev: bool) -> None:
    """Install what is missing when we may; otherwise name it in a line that can be pasted."""
    needs: Dict[str, object] = {
        "python3-venv": importlib.util.find_spec("ensurepip"),
        "libpango-1.0-0": library("pango-1.0"),
        "libpangoft2-1.0-0": library("pangoft2-1.0"),
        "libharfbuzz-subset0": library("harfbuzz-subset"),
        "fonts-noto-core": glob.glob("/usr/share/fonts/**/NotoSans-Regular.*", recursive=True)
        or sys.platform == "darwin",
    }
    if dev:
        needs["chromium"] = any(shutil.which(name) for name in BROWSERS)
        needs["nginx"] = shutil.which("nginx") or shutil.which("nginx", path=SBIN)
        needs["poppler-utils"] = shutil.which("pdftotext") and shutil.which("pdfsig")
        needs["qpdf"] = shutil.which("qpdf")
    missing = [name for name, there in needs.items() if not there]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installerar {', '.join(missing)} …")
        quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        run(["apt-get", "update", "-q"], quiet, "apt", needed=False)
        if run([*INSTALL, *missing], quiet, "apt", needed=False):
            return
    line = " ".join(["sudo", *INSTALL, *missing])
    if FOR_TESTS.issuperset(missing):
        say("Det här saknas, så en del prov kommer att falla. Klistra in:\n  " + line)
    else:
        raise Broken("Systemet saknar det här (på Debian och Ubuntu, klistra in):\n  " + line)


def environment(kind: str) -> None:
    """Make .venv match the lock, unless it already does. Made for development it stays so."""
    made = STAMP.read_text() if STAMP.exists() else ""
    python = VENV / "bin" / "python"
    if python.exists() and made in (mark("dev"), mark(kind)):
        return
    if made.startswith("dev"):
        kind = "dev"
    began = time.time()
    say("Hämtar biblioteken …")
    settings = trust()
    uv = UV / "bin" / "uv"
    if not run([str(uv), "--version"], settings, "uv", needed=False):
        run([sys.executable, "-m", "venv", "--clear", str(UV)], settings, "uv")
        pip = [str(UV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "-r", str(ROOT / "requirements-setup.txt")], settings, "uv")
    if not made or not run([str(python), "--version"], settings, "uv", needed=False):
        run([str(uv), "venv", "--clear", "--python", sys.executable, str(VENV)], settings, "uv")
    if STAMP.exists():
        STAMP.unlink()  # what is half done must not look done
    sync = [str(uv), "pip", "sync", "--system-certs", "--require-hashes", "--python", str(python)]
    run([*sync, str(LOCKS[kind])], settings, "uv")
    STAMP.write_text(mark(kind))
    say(f"Biblioteken är på plats ({time.time() - began:.0f} s).")


def mark(kind: str) -> str:
    """Name what an environment of this kind is made from."""
    said = hashlib.sha256()
    for lock in LOCKS.values():
        said.update(lock.read_bytes())
    return f"{kind} {said.hexdigest()}"


def trust() -> Dict[str, str]:
    """Let pip, too, trust the system's certificates, for networks that look into TLS."""
    places = ssl.get_default_verify_paths()
    store = places.cafile or places.capath
    return dict({"PIP_CERT": store} if store else {}, **os.environ)


def library(name: str) -> bool:
    """Whether the system can load a shared library."""
    try:
        ctypes.CDLL(f"lib{name}.so.0")
    except OSError:
        return bool(ctypes.util.find_library(name))
    return True


def run(command: List[str], env: Dict[str, str], log: str, needed: bool = True) -> bool:
    """Run a command, its words going to var/log; whether it went well. When needed, it must."""
    folder = ROOT / "var" / "log"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / (log + ".log")).open("w+b") as out:
        try:
            done = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=env)
        except OSError:
            done = 127
        out.seek(0)
        said = out.read().decode(errors="replace").strip()
    if done and needed:
        if os.strerror(errno.ENOSPC) in said:
            raise Broken(FULL)
        raise Broken(f"{said}\nDet gick inte att köra {command[0]} (mer i {out.name}).")
    return done == 0


def say(text: str) -> None:
    """Tell how it goes."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
