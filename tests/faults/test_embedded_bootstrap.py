"""The first thing that runs on a machine nobody has prepared: it says in one sentence what is in its way."""

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sip.embedded.layout import ROOT

pytestmark = pytest.mark.faults

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-setup.txt")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with nothing but the bootstrap, as it lies in a fresh clone."""
    script = tmp_path / "sip" / "embedded" / "bootstrap.py"
    script.parent.mkdir(parents=True)
    shutil.copy(ROOT / "sip" / "embedded" / "bootstrap.py", script)
    return script


@pytest.fixture
def bootstrap(clone: Path) -> ModuleType:
    """The bootstrap as a module."""
    spec = importlib.util.spec_from_file_location("bootstrap", clone)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*command: str) -> tuple[int, str]:
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stderr.strip()


def test_a_python_that_is_too_old_is_told_so(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (3, 99))
    assert bootstrap.main([]) == 1
    assert "SIP behöver Python 3.11 eller nyare" in capsys.readouterr().err


def test_an_old_python_can_read_it(clone: Path) -> None:
    """Compiled as Python 3.6 would, as far as a new one can tell."""
    ast.parse(clone.read_text(), feature_version=(3, 6))


def test_a_folder_that_takes_no_files(clone: Path) -> None:
    (clone.parents[2] / "var").write_text("a file where a folder must be")
    status, said = run(sys.executable, "-I", str(clone))
    assert status == 1
    assert said == f"Det går inte att skriva i {clone.parents[2]}: välj en mapp som du får skriva i."


def test_a_disk_without_room(clone: Path) -> None:
    """A disk of 1 MB, in a name space of its own."""
    home = clone.parents[2]
    script = (
        f"cp -r {home}/sip /tmp/kept-$$ && mount -t tmpfs -o size=1m none {home} && mv /tmp/kept-$$ {home}/sip && "
        f"{sys.executable} -I {clone}"
    )
    status, said = run("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script)
    assert status == 1
    assert re.fullmatch(r"Disken är nästan full: SIP behöver \d+ MB och \d MB är lediga\.", said)


def test_what_the_system_lacks_is_named_in_a_line_to_paste(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(bootstrap, "SBIN", "/nowhere")
    bootstrap.system_parts(dev=True)
    line = capsys.readouterr().out.splitlines()[-1].strip()
    assert line == "sudo apt-get install -yq --no-install-recommends chromium nginx poppler-utils qpdf"


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_exact_versions_with_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text).strip())
    for entry in entries:
        assert re.match(r"[a-z0-9._\[\]-]+==[^\s;]+.* \\\n", entry), entry
        assert "--hash=sha256:" in entry


def test_what_tests_run_on_is_what_the_demo_runs_on() -> None:
    """The development lock adds to the other and changes nothing in it."""
    pinned = [set(re.findall(r"(?m)^(\S+==[^\s;]+)", (ROOT / name).read_text())) for name in LOCKS[:2]]
    assert pinned[0] <= pinned[1]
