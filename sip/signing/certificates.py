"""The certificates of the service's own authority: how each is made. No files in here; those are key_folder.py.

Nobody's name or identity number stands in a certificate: the subject is the program's own signer id.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# As long as the longest archive that a plan may lie in (a child-protection inquiry: until the child is 30).
CERTIFICATE_YEARS = 30
# The authority's own certificates hold for every time that a played case may be set to, before and after today.
_AUTHORITY_FROM = datetime(2000, 1, 1, tzinfo=UTC)
_AUTHORITY_TO = datetime(2199, 12, 31, tzinfo=UTC)

ORGANISATION = "SIP"


@dataclass(frozen=True)
class Identity:
    """A private key and the certificate that belongs to it. A one-use key lives here only, never in a file."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, as 64 lower-case hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def new_root(key: ec.EllipticCurvePrivateKey | None = None) -> Identity:
    """A new root, of a new key or of `key`: it vouches for issuing certificates, and for nothing else."""
    key, name = key or ec.generate_private_key(ec.SECP256R1()), _name("SIP rot")
    return Identity(key, _certificate(name, name, key, key, _AUTHORITY_FROM, _AUTHORITY_TO, path_length=1))


def new_issuing(root: Identity) -> Identity:
    """A new issuing certificate under the root: it vouches for one-use signing certificates and for seals."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certificate(
        _name("SIP utfärdare"),
        root.certificate.subject,
        key,
        root.key,
        _AUTHORITY_FROM,
        _AUTHORITY_TO,
        path_length=0,
    )
    return Identity(key, made)


def new_seal(issuing: Identity) -> Identity:
    """A new seal of the organisation."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Identity(key, _leaf(issuing, "SIP sigill", key, _AUTHORITY_FROM, _AUTHORITY_TO))


def new_one_use(issuing: Identity, signer_id: str, at: datetime) -> Identity:
    """A new key and its certificate for one signature by `signer_id` (opaque), made at `at` (aware).

    The certificate holds from that very second for `CERTIFICATE_YEARS`, so that it also bears witness of the time that
    the signature claims. Raises ValueError for an empty id or a time without a zone.
    """
    if not signer_id.strip():
        raise ValueError("a certificate needs a signer id")
    if at.tzinfo is None:
        raise ValueError("the time of a signature needs a time zone")
    start = at.astimezone(UTC).replace(microsecond=0)
    key = ec.generate_private_key(ec.SECP256R1())
    return Identity(key, _leaf(issuing, signer_id, key, start, _years_after(start)))


def _leaf(
    issuer: Identity, common_name: str, key: ec.EllipticCurvePrivateKey, start: datetime, end: datetime
) -> x509.Certificate:
    return _certificate(_name(common_name), issuer.certificate.subject, key, issuer.key, start, end, path_length=None)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    start: datetime,
    end: datetime,
    *,
    path_length: int | None,
) -> x509.Certificate:
    """A certificate for `key`; one that may issue others where a path length is given."""
    authority = path_length is not None
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
        .add_extension(_key_usage(authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _key_usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _years_after(start: datetime) -> datetime:
    return start + timedelta(days=round(CERTIFICATE_YEARS * 365.25))
