"""Keys come and go: the root apart, new issuing keys, old ones without their key; what they signed holds for ever."""

import os
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.checks.registry import registry
from django.core.management import CommandError, call_command

from sip.signing import authority, key_folder, pades
from sip.signing.authority import KeysMissing
from sip.signing.checks import there_are_keys
from sip.signing.key_folder import ISSUING, SEAL
from sip.signing.verify import verify
from tests.unit.signing import papers


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A folder as in production: made by hand, with the root's key somewhere else."""
    folder = tmp_path / "keys"
    key_folder.make_root(folder, tmp_path / "safe" / "root.pem")
    key_folder.issue(folder, tmp_path / "safe" / "root.pem")
    return folder


def test_the_roots_key_never_lies_among_the_others(keys: Path) -> None:
    assert not (keys / "root" / "key.pem").exists()
    root_key = keys.parent / "safe" / "root.pem"
    assert stat.S_IMODE(root_key.stat().st_mode) == 0o600
    with pytest.raises(ValueError, match="annat ställe"):
        key_folder.make_root(keys.parent / "new", keys.parent / "new" / "root" / "key.pem")
    with pytest.raises(FileExistsError):
        key_folder.make_root(keys, keys.parent / "another.pem")
    assert not (keys.parent / "another.pem").exists()


def test_after_a_change_of_keys_old_and_new_signatures_hold_in_one_file(keys: Path) -> None:
    root_key = keys.parent / "safe" / "root.pem"
    before = authority.load(keys, may_make=False)
    one = pades.sign(papers.plan_pdf(), signer_id=papers.SARA, signing_time=papers.FIRST, reason="r", authority=before)
    sealed_before = pades.seal(one.data, signing_time=papers.LAST, authority=before)
    key_folder.issue(keys, root_key)
    after = authority.load(keys, may_make=False)
    assert after.issuing.certificate != before.issuing.certificate
    assert after.seal.certificate != before.seal.certificate
    two = pades.sign(one.data, signer_id=papers.JOHAN, signing_time=papers.SECOND, reason="r", authority=after)
    sealed = pades.seal(two.data, signing_time=papers.LAST, authority=after)
    for pdf in (one.data, sealed_before.data, two.data, sealed.data):
        verdict = verify(pdf, authority=after)
        assert verdict.holds, verdict
    assert [mark.is_seal for mark in verify(sealed_before.data, authority=after).signatures] == [False, True]
    assert not verify(two.data, authority=before).holds  # who lacks the new certificate knows nothing of it


def test_what_is_retired_has_no_key_and_is_known_all_the_same(keys: Path) -> None:
    (old,) = key_folder.marks(keys, ISSUING)
    with pytest.raises(ValueError, match="används nu"):
        key_folder.retire(keys, old)
    key_folder.issue(keys, keys.parent / "safe" / "root.pem")
    assert not key_folder.has_key(keys, ISSUING, old)
    assert old in key_folder.marks(keys, ISSUING)
    assert len(list(keys.rglob("key.pem"))) == 2
    key_folder.retire(keys, old)  # once more is no harm
    with pytest.raises(ValueError, match="inget certifikat"):
        key_folder.retire(keys, "0123456789abcdef")
    for path in keys.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_another_roots_key_issues_nothing(keys: Path, tmp_path: Path) -> None:
    key_folder.make_root(tmp_path / "others", tmp_path / "others.pem")
    before = key_folder.in_use(keys, ISSUING)
    with pytest.raises(ValueError, match="does not belong"):
        key_folder.issue(keys, tmp_path / "others.pem")
    assert key_folder.in_use(keys, ISSUING) == before


def test_production_makes_no_keys_by_itself(tmp_path: Path) -> None:
    with pytest.raises((KeysMissing, FileNotFoundError)):
        authority.load(tmp_path / "nothing", may_make=False)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("stops_at", range(1, 7))
def test_stopped_at_any_file_the_keys_before_are_still_in_use(
    keys: Path, stops_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that stops in the middle of a change: whatever is there signs and verifies, and a new try is whole."""
    root_key = keys.parent / "safe" / "root.pem"
    old = authority.load(keys, may_make=False)
    signed = pades.sign(papers.plan_pdf(), signer_id=papers.SARA, signing_time=papers.FIRST, reason="r", authority=old)
    real, written = key_folder.write, []

    def stopping(path: Path, data: bytes) -> None:
        written.append(path)
        if len(written) == stops_at:
            raise OSError("the machine stopped")
        real(path, data)

    monkeypatch.setattr(key_folder, "write", stopping)
    with pytest.raises(OSError, match="stopped"):
        key_folder.issue(keys, root_key)
    monkeypatch.undo()
    between = authority.load(keys, may_make=False)
    more = pades.sign(signed.data, signer_id=papers.JOHAN, signing_time=papers.SECOND, reason="r", authority=between)
    assert verify(pades.seal(more.data, signing_time=papers.LAST, authority=between).data, authority=between).holds
    key_folder.issue(keys, root_key)
    assert verify(more.data, authority=authority.load(keys, may_make=False)).holds


def test_keys_that_are_changed_while_they_are_read_are_read_anew(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, changes = key_folder.in_use, [1]

    def then_changed(folder: Path, kind: str) -> str:
        mark = real(folder, kind)
        if changes:
            changes.pop()
            key_folder.issue(keys, keys.parent / "safe" / "root.pem")  # its key is gone by now
        return mark

    monkeypatch.setattr(key_folder, "in_use", then_changed)
    loaded = authority.load(keys, may_make=False)
    assert key_folder._mark(loaded.issuing.certificate) == real(keys, ISSUING)


def test_the_folders_too_are_on_the_disk_before_anything_is_signed(tmp_path: Path) -> None:
    """A key that is gone after a power cut, while the signatures made with it are not, would fail all of them."""
    synced: set[str] = set()
    real = os.fsync

    def noting(handle: int) -> None:
        synced.add(os.readlink(f"/proc/self/fd/{handle}"))
        real(handle)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", noting)
        authority.load(tmp_path / "keys")
    folders = {str(path) for path in (tmp_path / "keys").rglob("*") if path.is_dir()}
    assert folders | {str(tmp_path / "keys")} <= synced


def test_a_root_whose_making_was_cut_short_is_made_of_the_key_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopping(_folder: Path, _certificate: object) -> None:
        raise OSError("the machine stopped")

    folder, root_key = tmp_path / "keys", tmp_path / "safe" / "root.pem"
    monkeypatch.setattr(key_folder, "_store_certificate", stopping)
    with pytest.raises(OSError, match="stopped"):
        key_folder.make_root(folder, root_key)
    monkeypatch.undo()
    left = root_key.read_bytes()
    key_folder.make_root(folder, root_key)
    assert root_key.read_bytes() == left
    key_folder.issue(folder, root_key)
    assert authority.load(folder, may_make=False)


def test_production_without_keys_is_not_opened(keys: Path, tmp_path: Path, settings: Any) -> None:
    settings.PRODUCTION, settings.SIGNING_DIR = True, tmp_path / "nothing"
    assert [error.id for error in there_are_keys()] == ["sip.E002"]
    (keys / "seal" / "current").write_text("0123456789abcdef")
    settings.SIGNING_DIR = keys
    assert [error.id for error in there_are_keys()] == ["sip.E002"]
    key_folder.issue(keys, keys.parent / "safe" / "root.pem")
    assert there_are_keys() == []
    assert there_are_keys in registry.get_checks(include_deployment_checks=True)


def test_keys_that_lie_as_they_did_before_are_moved_and_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    first = authority.load(folder)
    for kind in (ISSUING, SEAL):
        (mark,) = key_folder.marks(folder, kind)
        for name in ("key.pem", "certificate.pem"):
            (folder / kind / mark / name).rename(folder / kind / name)
        (folder / kind / mark).rmdir()
        (folder / kind / "current").unlink()
    again = authority.load(folder)
    assert again.issuing.certificate == first.issuing.certificate
    assert again.seal.certificate == first.seal.certificate


def test_the_command_tells_what_it_did(tmp_path: Path, settings: Any) -> None:
    settings.SIGNING_DIR = tmp_path / "keys"
    root_key = str(tmp_path / "safe" / "root.pem")

    def run(*words: str) -> str:
        out = StringIO()
        call_command("signing_keys", *words, stdout=out)
        return out.getvalue()

    with pytest.raises(CommandError, match="ingen rot"):
        run("issue", "--root-key", root_key)
    assert "Flytta" in run("make-root", "--root-key", root_key)
    assert "Gamla underskrifter gäller" in run("issue", "--root-key", root_key)
    run("issue", "--root-key", root_key)
    listed = run("list").splitlines()
    assert sorted(line.split(" ", 2)[2] for line in listed) == ["används", "används", "pensionerat", "pensionerat"]
    with pytest.raises(CommandError, match="inget certifikat"):
        run("retire", "xyz")
