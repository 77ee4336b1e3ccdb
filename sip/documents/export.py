"""A plan's papers as one archive, for the record of each who is to keep them: PDF, data, and the files' fingerprints.

What stands in it is what its reader may fetch one by one: consent, protection and what is withheld hold here too.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import IO

from agencies.actor import Actor
from common.errors import Refused
from sip.documents import papers
from sip.documents import services as documents
from sip.documents.canonical import canonical_json
from sip.documents.models import DocumentKind
from sip.plans import access
from sip.plans.access import Do, NotAllowed
from sip.plans.acting import act
from sip.plans.audience import audience_of
from sip.plans.models import Plan, Version

EXPORT_PLAN = "export_plan"
SUMS = "SHA256SUMS"
# A zip must say when each file was changed; the bytes are to depend on the papers alone.
_NO_DAY = (1980, 1, 1, 0, 0, 0)

Files = list[tuple[str, bytes]]


@act
def plan_files(actor: Actor, plan: Plan) -> Files:
    """The papers of the plan's versions that hold or have held, as the actor may have them.

    Raises as reading the plan does, and Refused ("fresh") for who works with it and has not just proved who they are
    (security.md, Log-in). A version that is not handed out to the actor is left out.
    """
    found = access.require(actor, Do.READ, plan, logged_as=EXPORT_PLAN)
    if not found.is_family:
        access.check_fresh(actor)
    files: Files = []
    for version in versions(plan):
        files += _version_files(actor, plan, version)
    return files


def versions(plan: Plan) -> list[Version]:
    """The versions whose papers belong in a record: those that hold or have held."""
    rows = Version.objects.filter(plan=plan, void_at=None, established_at__isnull=False)
    return list(rows.order_by("number"))


def _version_files(actor: Actor, plan: Plan, version: Version) -> Files:
    try:
        _version, pdf = documents.download_plan(actor, plan, version.number)
    except NotAllowed:
        raise
    except Refused:
        return []  # held back from this reader by now: the page says why, and the archive goes without it
    content = audience_of(actor, plan).of_plan(documents.frozen(version))
    files = [(f"sip-v{version.number}.pdf", pdf), (f"sip-v{version.number}.json", canonical_json(content))]
    if documents.newest(version, DocumentKind.RECEIPT) or papers.is_coming(version, papers.RECEIPT, or_failed=False):
        _version, receipt = documents.download_receipt(actor, plan, version.number)
        files.append((f"kvittens-v{version.number}.pdf", receipt))
    return files


def write(
    out: IO[bytes], folders: Iterable[tuple[str, Files]], *, tell: Callable[[int], None] = lambda _done: None
) -> int:
    """Write the archive to `out`, a folder for each plan, one plan in memory at a time; return how many were written.

    `tell` hears how many plans are done.
    """
    done = 0

    def counted() -> Iterator[tuple[str, Files]]:
        nonlocal done
        for folder in folders:
            yield folder
            done += 1
            tell(done)

    for part in stream(counted()):
        out.write(part)
    return done


def stream(folders: Iterable[tuple[str, Files]]) -> Iterator[bytes]:
    """The archive in pieces, a folder at a time, so that no more than one plan is in memory.

    Last comes SHA256SUMS, as `sha256sum --check` reads it. The same papers give the same bytes.
    """
    sums: list[str] = []
    out = _Outlet()
    with zipfile.ZipFile(out, "w") as archive:
        for folder, files in folders:
            for name, data in files:
                path = f"{folder}/{name}" if folder else name
                _add(archive, path, data)
                sums.append(f"{sha256(data).hexdigest()}  {path}\n")
            yield out.taken()
        _add(archive, SUMS, "".join(sums).encode())
    yield out.taken()


class _Outlet:
    """A file to which an archive is written and from which it is taken away piece by piece.

    `zipfile` goes back to tell a file's size and sum at its head: it may, as far as the last piece that was taken.
    """

    def __init__(self) -> None:
        self._gone, self._held = 0, io.BytesIO()

    def write(self, data: bytes) -> int:
        return self._held.write(data)

    def tell(self) -> int:
        return self._gone + self._held.tell()

    def seek(self, place: int, _from: int = 0, /) -> int:
        if place < self._gone:
            raise OSError("what was taken away is not here any more")
        return self._gone + self._held.seek(place - self._gone)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def taken(self) -> bytes:
        piece = self._held.getvalue()
        self._gone += len(piece)
        self._held = io.BytesIO()
        return piece


def packed(files: Files) -> bytes:
    """One plan's files as one piece of data, to be kept; `unpacked` gives them back."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            _add(archive, name, data)
    return out.getvalue()


def unpacked(data: bytes) -> Files:
    """The files that were `packed`."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def _add(archive: zipfile.ZipFile, path: str, data: bytes) -> None:
    """A PDF is packed already; packing it again costs time and gives nothing."""
    info = zipfile.ZipInfo(path, _NO_DAY)
    info.external_attr = 0o600 << 16
    packing = zipfile.ZIP_STORED if path.endswith(".pdf") else zipfile.ZIP_DEFLATED
    archive.writestr(info, data, compress_type=packing)
