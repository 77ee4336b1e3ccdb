"""The folder where the authority's keys lie, and how they come and go.

    root/certificate.pem            trusted; the key lies elsewhere (`signing_keys make-root --root-key FILE`)
    issuing/<mark>/                 certificate.pem, and key.pem while it is in use
    issuing/current                 the mark of the one that is in use
    seal/<mark>/, seal/current      the same, for the organisation's seal

What is retired loses its key and keeps its certificate: nothing more is signed with it, and what it has signed still
holds.
Files are 0600 in folders that are 0700. Every file is written whole or not at all, and `current` last, so that a
machine that stops in between is left with the keys it had.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sip.signing import certificates
from sip.signing.certificates import Identity, fingerprint

ROOT, ISSUING, SEAL = "root", "issuing", "seal"
CURRENT = "current"
MARK = 16  # hexadecimal digits of the fingerprint: enough to tell a handful apart


class KeysMissing(ValueError):
    """There is nothing to sign with."""


def make_everything(folder: Path) -> None:
    """A whole authority, root key and all, for a demo or a test. Many may call this at once: one makes it."""
    if is_complete(folder):
        return
    with locked(folder):
        _bring_up_to_date(folder)
        if is_complete(folder):
            return
        if not (folder / ROOT / "certificate.pem").exists():
            store(folder / ROOT, certificates.new_root())
        _issue(folder, read_identity(folder / ROOT))


def is_complete(folder: Path) -> bool:
    """Whether there is all that is needed to sign. The seal is put in use last."""
    return (folder / SEAL / CURRENT).exists()


def make_root(folder: Path, root_key: Path) -> x509.Certificate:
    """A new root: its certificate in the folder, its key in the file `root_key`, which is to lie somewhere else.

    A key that an earlier try left, and that has no certificate, is taken up again. Raises ValueError where the key
    would lie among the others or is none, FileExistsError where there is a root already.
    """
    if root_key.resolve().is_relative_to(folder.resolve()):
        raise ValueError("Rotens nyckel ska ligga på ett annat ställe än de andra nycklarna.")
    with locked(folder):
        if (folder / ROOT / "certificate.pem").exists():
            raise FileExistsError("Det finns redan en rot. Den byts inte: då skulle inga gamla underskrifter hålla.")
        root = certificates.new_root(_key(root_key) if root_key.exists() else None)
        root_key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(root_key, _pem(root.key))
        _store_certificate(folder / ROOT, root.certificate)
        return root.certificate


def issue(folder: Path, root_key: Path) -> str:
    """A new issuing certificate and a new seal, in use from now on; those before them are retired. Returns the mark.

    Raises KeysMissing without a root, ValueError where the key is another root's.
    """
    with locked(folder):
        _bring_up_to_date(folder)
        if not (folder / ROOT / "certificate.pem").exists():
            raise KeysMissing("Det finns ingen rot än.")
        root = _identity(root_key, read_certificate(folder / ROOT))
        before = [(kind, mark) for kind in (ISSUING, SEAL) for mark in marks(folder, kind)]
        mark = _issue(folder, root)
        for kind, old in before:
            _retire(folder, kind, old)
        return mark


def retire(folder: Path, mark: str) -> None:
    """Take the key away from an issuing certificate or a seal that is no longer in use.

    Raises ValueError for one that is in use, or that nobody knows.
    """
    with locked(folder):
        kinds = [kind for kind in (ISSUING, SEAL) if mark in marks(folder, kind)]
        if not kinds:
            raise ValueError("Det finns inget certifikat med det märket.")
        for kind in kinds:
            if in_use(folder, kind) == mark:
                raise ValueError("Det certifikatet används nu. Gör ett nytt först, med issue.")
            _retire(folder, kind, mark)


def marks(folder: Path, kind: str) -> list[str]:
    """The marks of every certificate of the kind, retired or not, in a stable order."""
    return sorted(path.parent.name for path in (folder / kind).glob("*/certificate.pem"))


def in_use(folder: Path, kind: str) -> str:
    """The mark of the one in use. Raises KeysMissing where none is."""
    try:
        return (folder / kind / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError as missing:
        raise KeysMissing(f"there are no keys in {folder}; see docs/signing.md") from missing


def has_key(folder: Path, kind: str, mark: str) -> bool:
    """Whether something can still be signed with it."""
    return (folder / kind / mark / "key.pem").exists()


def known(folder: Path, kind: str) -> tuple[x509.Certificate, ...]:
    """Every certificate of the kind, retired or not."""
    return tuple(read_certificate(folder / kind / mark) for mark in marks(folder, kind))


def read_identity(folder: Path) -> Identity:
    """The key and the certificate in a folder. Raises ValueError where they do not belong together."""
    return _identity(folder / "key.pem", read_certificate(folder))


def read_certificate(folder: Path) -> x509.Certificate:
    """The certificate in a folder."""
    return x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())


def store(folder: Path, identity: Identity) -> None:
    """Keep a key and its certificate; the certificate last, for without it the folder counts as empty."""
    _make(folder)
    write(folder / "key.pem", _pem(identity.key))
    _store_certificate(folder, identity.certificate)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else changes the folder meanwhile."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600), "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _issue(folder: Path, root: Identity) -> str:
    issuing = certificates.new_issuing(root)
    seal = certificates.new_seal(issuing)
    for kind, identity in ((ISSUING, issuing), (SEAL, seal)):
        store(folder / kind / _mark(identity.certificate), identity)
    for kind, identity in ((ISSUING, issuing), (SEAL, seal)):
        write(folder / kind / CURRENT, _mark(identity.certificate).encode())
    return _mark(issuing.certificate)


def _retire(folder: Path, kind: str, mark: str) -> None:
    (folder / kind / mark / "key.pem").unlink(missing_ok=True)


def _bring_up_to_date(folder: Path) -> None:
    """Move keys that lie as they did before there could be several of them."""
    for kind in (ISSUING, SEAL):
        flat = folder / kind
        if (flat / "certificate.pem").exists():
            mark = _mark(read_certificate(flat))
            (flat / mark).mkdir(mode=0o700, exist_ok=True)
            if (flat / "key.pem").exists():
                os.replace(flat / "key.pem", flat / mark / "key.pem")
            shutil.copy2(flat / "certificate.pem", flat / mark / "certificate.pem")
            write(flat / CURRENT, mark.encode())
            (flat / "certificate.pem").unlink()  # last: until then all of this is done again


def _mark(certificate: x509.Certificate) -> str:
    return fingerprint(certificate)[:MARK]


def _identity(key_file: Path, certificate: x509.Certificate) -> Identity:
    key = _key(key_file)
    if certificate.public_key() != key.public_key():
        raise ValueError(f"the key in {key_file} does not belong to its certificate")
    return Identity(key, certificate)


def _key(key_file: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{key_file} holds a key of another kind than this authority makes")
    return key


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _store_certificate(folder: Path, certificate: x509.Certificate) -> None:
    _make(folder)
    write(folder / "certificate.pem", certificate.public_bytes(serialization.Encoding.PEM))


def _make(folder: Path) -> None:
    """Each level by itself: `mode` is for the last one only."""
    for level in (folder.parent, folder):
        level.mkdir(mode=0o700, exist_ok=True)
        _sync(level.parent)


def _sync(folder: Path) -> None:
    """Until its folder is on the disk, a new file is gone after a power cut, and what was signed with it is not."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, data: bytes) -> None:
    """All of the file or nothing of it, whatever happens in between. mkstemp makes it 0600."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync(path.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
