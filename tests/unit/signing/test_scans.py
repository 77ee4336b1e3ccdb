"""What is kept of a scan is what can be seen on it: no place, no script, no file in the file; and nothing crashes."""

import io
import resource
import zlib
from typing import Any

import pikepdf
import pytest
from pikepdf import jbig2
from PIL import Image

from common.errors import Refused
from sip.signing import apart, scans

HIDDEN = b"qz-hidden-qz"


def picture(kind: str = "JPEG", size: tuple[int, int] = (210, 297), **more: Any) -> bytes:
    """A photo of a paper, with the place where it was taken."""
    made = Image.new("RGB", size, "white")
    exif = made.getexif()
    exif[0x010E] = HIDDEN.decode()  # ImageDescription
    exif.get_ifd(0x8825)[29] = HIDDEN.decode()  # GPS
    out = io.BytesIO()
    made.save(out, kind, exif=exif, **more)
    return out.getvalue() + HIDDEN


def scanned(pages: int = 1) -> bytes:
    """A PDF as a scanner makes it."""
    out = io.BytesIO()
    made = [Image.new("RGB", (210, 297), "white") for _page in range(pages)]
    made[0].save(out, "PDF", save_all=True, append_images=made[1:])
    return out.getvalue()


def with_tricks(pdf: bytes) -> bytes:
    """The same with a script that runs when it is opened, a file in it, and a note on the page."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=HIDDEN.decode())
        document.Root.OpenAction = script
        document.attachments["x.exe"] = HIDDEN
        document.docinfo["/Author"] = HIDDEN.decode()
        document.pages[0].AA = pikepdf.Dictionary(O=script)
        document.save(out, compress_streams=False)
    return out.getvalue()


@pytest.mark.parametrize(
    "scan", [picture(), picture("PNG"), scanned(3), with_tricks(scanned())], ids=["jpeg", "png", "pdf", "tricks"]
)
def test_only_what_can_be_seen_is_kept(scan: bytes) -> None:
    clean = scans.painted_anew(scan)
    assert HIDDEN not in clean
    with pikepdf.open(io.BytesIO(clean)) as document:
        assert not document.attachments
        assert "/OpenAction" not in document.Root and "/Names" not in document.Root
        assert "/Author" not in document.docinfo
        for page in document.pages:
            assert "/AA" not in page and "/Annots" not in page
            (kept,) = page.get_images().values()
            assert HIDDEN not in kept.read_raw_bytes() and b"Exif" not in kept.read_raw_bytes()
    assert scans.painted_anew(clean)  # and what is kept is itself a scan


def test_a_photo_that_lies_on_its_side_is_set_upright() -> None:
    made, out = Image.new("RGB", (300, 200), "white"), io.BytesIO()
    exif = made.getexif()
    exif[0x0112] = 6
    made.save(out, "JPEG", exif=exif)
    with pikepdf.open(io.BytesIO(scans.painted_anew(out.getvalue()))) as document:
        (kept,) = document.pages[0].get_images().values()
        assert (int(kept.Width), int(kept.Height)) == (200, 300)


def bomb() -> bytes:
    """A few kilobytes that are 250 million pixels."""
    out = io.BytesIO()
    Image.new("1", (25_000, 10_000)).save(out, "PNG")
    return out.getvalue()


def with_picture(stream: bytes, **about: Any) -> bytes:
    """A scanned page whose picture is packed as told."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(scanned())) as document:
        page = document.pages[0]
        name = next(iter(page.get_images()))
        made = pikepdf.Stream(document, b"")
        made.write(stream, filter=about.pop("Filter"), type_check=False)
        for key, value in {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, **about}.items():
            made[f"/{key}"] = value
        page.Resources.XObject[name] = made
        document.save(out, compress_streams=False)
    return out.getvalue()


def stream_bomb() -> bytes:
    """A picture that says 10 by 10, and unpacks to two gigabytes: packed twice over."""
    packer = zlib.compressobj(9, wbits=-15)
    megabyte = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    twice = zlib.compress(b"\x78\xda" + 2048 * megabyte + b"\x03\x00", 9)
    flate = pikepdf.Name.FlateDecode
    return with_picture(
        twice,
        Filter=pikepdf.Array([flate, flate]),
        Width=10,
        Height=10,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
    )


def office_scan() -> bytes:
    """A page as many office scanners pack black and white."""
    return with_picture(
        b"x",
        Filter=pikepdf.Name.JBIG2Decode,
        Width=10,
        Height=10,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=1,
    )


def test_a_picture_that_unpacks_to_gigabytes_takes_no_memory_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is unpacked in a process that may not have so much: this one never grows."""
    monkeypatch.setattr(apart, "MEMORY", 128 * 1024 * 1024)  # reached in less time
    bomb = stream_bomb()
    assert len(bomb) < 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused, match="inte att läsa"):
        scans.painted_anew(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes


def test_a_page_larger_than_can_be_read_is_made_smaller() -> None:
    with pikepdf.open(io.BytesIO(scans.painted_anew(picture(size=(4_960, 7_016))))) as document:
        (kept,) = document.pages[0].get_images().values()
        assert (int(kept.Width), int(kept.Height)) == (1_654, 2_340)


def test_without_the_office_scanners_unpacker_it_is_said_how_to_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise pikepdf.DependencyError("jbig2dec - not installed or not found")

    monkeypatch.setattr(jbig2.get_decoder(), "check_available", missing)
    with pytest.raises(Refused, match="färg eller gråskala"):
        scans.painted_anew(office_scan())


def written_pdf() -> bytes:
    """A PDF with a page that nobody scanned."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"x", "Välj en bild"),
        (b"PK\x03\x04" + b"x" * 99, "Välj en bild"),
        (b"<svg onload='x'>", "Välj en bild"),
        (b"\xff\xd8\xff", "inte att läsa"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "inte att läsa"),
        (b"%PDF-1.7", "inte att läsa"),
        (picture()[:300], "inte att läsa"),
        (bomb(), "inte att läsa"),
        (written_pdf(), "inte inskannad"),
        (scanned(11), "för många sidor"),
        (b"\xff\xd8\xff" + b"x" * 10_000_000, "för stor"),
    ],
    ids=["text", "zip", "svg", "jpeg head", "png head", "pdf head", "cut", "bomb", "written", "pages", "large"],
)
def test_what_is_no_scan_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        scans.painted_anew(data)
    assert [problem.field for problem in refused.value.problems] == ["scan"]
