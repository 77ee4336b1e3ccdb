"""The service's own certificate authority: made once, kept to itself, and issuing keys that live for one signature."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from sip.signing import authority
from sip.signing.authority import Authority, fingerprint
from sip.signing.certificates import CERTIFICATE_YEARS

AT = datetime(2026, 4, 28, 17, 12, 30, 123456, tzinfo=UTC)


def test_what_is_made_the_first_time_is_found_the_second(tmp_path: Path) -> None:
    first, second = authority.load(tmp_path / "a"), authority.load(tmp_path / "a")
    assert first.root == second.root
    assert first.issuing.certificate == second.issuing.certificate
    assert first.seal.certificate == second.seal.certificate


def test_keys_are_readable_by_the_service_alone(tmp_path: Path) -> None:
    authority.load(tmp_path / "a")
    for path in (tmp_path / "a").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_many_at_once_make_one_authority(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _turn: authority.load(tmp_path / "a"), range(16)))
    assert len({fingerprint(one.seal.certificate) for one in made}) == 1


def test_many_processes_at_once_make_one_authority(tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[3])
    script = (
        "import sys, pathlib; from sip.signing import authority as a;"
        "print(a.fingerprint(a.load(pathlib.Path(sys.argv[1])).seal.certificate))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "a")], stdout=subprocess.PIPE, text=True, cwd=root
        )
        for _turn in range(4)
    ]
    assert len({process.communicate()[0] for process in started}) == 1
    assert {process.returncode for process in started} == {0}


def test_a_half_made_authority_is_made_whole(tmp_path: Path) -> None:
    """Killed between the root and the seal: nothing had been signed, so all of it is made again."""
    authority.load(tmp_path / "a")
    (tmp_path / "a" / "seal" / "current").unlink()
    again = authority.load(tmp_path / "a")
    again.seal.certificate.verify_directly_issued_by(again.issuing.certificate)
    again.issuing.certificate.verify_directly_issued_by(again.root)


def test_a_key_that_does_not_fit_its_certificate_is_refused(tmp_path: Path) -> None:
    authority.load(tmp_path / "a")
    authority.load(tmp_path / "b")
    (theirs,) = (tmp_path / "b" / "issuing").glob("*/key.pem")
    (ours,) = (tmp_path / "a" / "issuing").glob("*/key.pem")
    theirs.replace(ours)
    with pytest.raises(ValueError, match="does not belong"):
        authority.load(tmp_path / "a")


def test_the_roots_key_may_be_taken_away(tmp_path: Path) -> None:
    authority.load(tmp_path / "a")
    (tmp_path / "a" / "root" / "key.pem").unlink()
    assert authority.load(tmp_path / "a").one_use("x", AT)


def test_a_one_use_certificate_names_the_signer_id_and_lasts_as_long_as_the_archive(house: Authority) -> None:
    certificate = house.one_use("0198c0de", AT).certificate
    assert certificate.subject.rfc4514_string() == "CN=0198c0de,O=SIP"
    assert certificate.not_valid_before_utc == AT.replace(microsecond=0)
    assert certificate.not_valid_after_utc - AT > timedelta(days=365 * CERTIFICATE_YEARS)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    certificate.verify_directly_issued_by(house.issuing.certificate)


def test_no_two_signatures_share_a_key_and_none_is_written(house: Authority, tmp_path: Path) -> None:
    fresh = authority.load(tmp_path / "a")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    first, second = fresh.one_use("same", AT), fresh.one_use("same", AT)
    assert isinstance(first.key, ec.EllipticCurvePrivateKey)
    assert first.key.private_numbers() != second.key.private_numbers()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("signer_id", ["", "  "])
def test_a_certificate_for_nobody_is_refused(signer_id: str, house: Authority) -> None:
    with pytest.raises(ValueError, match="signer id"):
        house.one_use(signer_id, AT)


def test_a_time_without_a_zone_is_refused(house: Authority) -> None:
    with pytest.raises(ValueError, match="zone"):
        house.one_use("x", AT.replace(tzinfo=None))
