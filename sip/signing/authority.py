"""The service's own certificate authority: who vouches that a signature was made here.

    root        vouches for the issuing certificates only; its key is kept apart
    issuing     vouches for one-use signing certificates
    seal        the organisation's seal, which closes a plan that all have signed

Issuing certificates and seals are exchanged now and then; what the earlier ones have signed is known all the same.
How the certificates are made is certificates.py, where the keys lie is key_folder.py.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from sip.signing import key_folder
from sip.signing.certificates import Identity, fingerprint, new_one_use
from sip.signing.key_folder import ISSUING, ROOT, SEAL, KeysMissing

__all__ = ["Authority", "Identity", "KeysMissing", "fingerprint", "load"]


@dataclass(frozen=True)
class Authority:
    """What is needed to issue and to recognise signatures. The root's key is not part of it.

    `known_issuing` and `known_seals` hold those in use and those that are retired.
    """

    root: x509.Certificate
    issuing: Identity
    seal: Identity
    known_issuing: tuple[x509.Certificate, ...]
    known_seals: tuple[x509.Certificate, ...]

    def one_use(self, signer_id: str, at: datetime) -> Identity:
        """A new key and its certificate for one signature. Raises as `certificates.new_one_use` does."""
        return new_one_use(self.issuing, signer_id, at)

    def issuer_of(self, certificate: x509.Certificate) -> x509.Certificate:
        """Which issuing certificate vouches for it. Raises ValueError where none of them does."""
        for issuing in self.known_issuing:
            try:
                certificate.verify_directly_issued_by(issuing)
            except (InvalidSignature, ValueError, TypeError):
                continue
            return issuing
        raise ValueError("no issuing certificate of this authority vouches for it")


def load(folder: Path, *, may_make: bool = True) -> Authority:
    """The authority that lives in `folder`; made there the first time, unless somebody is to do that with care.

    Raises OSError where the folder cannot be written, KeysMissing where nothing is there and nothing `may` be made,
    ValueError where a file in it is damaged.
    """
    if may_make:
        key_folder.make_everything(folder)
    try:
        return _read(folder)
    except FileNotFoundError:  # the keys were changed between its name and itself; there are new ones by now
        return _read(folder)


def _read(folder: Path) -> Authority:
    return Authority(
        root=key_folder.read_certificate(folder / ROOT),
        issuing=key_folder.read_identity(folder / ISSUING / key_folder.in_use(folder, ISSUING)),
        seal=key_folder.read_identity(folder / SEAL / key_folder.in_use(folder, SEAL)),
        known_issuing=key_folder.known(folder, ISSUING),
        known_seals=key_folder.known(folder, SEAL),
    )
