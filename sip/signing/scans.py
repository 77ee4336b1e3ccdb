"""The paper that somebody signed, scanned or photographed: of the file itself nothing is kept, but what can be seen.

Each picture is painted anew and put in a PDF of our own: what a camera wrote down (where, when, whose phone), scripts,
files within files and tricks for the reader are left behind. The type is told by the contents, never by the name.
It is done in a process of its own: what a picture takes when it is unpacked is known only when it is.
"""

import io
import warnings

import pikepdf
from django.utils.translation import gettext as _
from pikepdf import DependencyError
from PIL import Image, ImageOps

from common.errors import Problem, Refused
from common.files import LARGEST_SCAN
from sip.signing.apart import apart

MOST_BYTES = LARGEST_SCAN
MOST_PIXELS = 40_000_000  # on a page: an A4 in colour at 600 dots an inch is 35 million
MOST_PAGES = 10
QUALITY = 80  # of JPEG
A4_INCHES = 11.69  # the longer side of a page, whatever the camera's resolution
MOST_DOTS = 2340  # along the longer side: 200 an inch, enough to read the smallest print
SECONDS = 10  # of the processor, for all pages

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def painted_anew(data: bytes) -> bytes:
    """The scan as a PDF with pictures and nothing else. Raises Refused for what is no scan, or too much."""
    if len(data) > MOST_BYTES:
        raise _refused(_("Filen är för stor. Den får vara högst 10 MB."))
    made = apart(lambda: _painted_or_not(data), SECONDS)
    if isinstance(made, bytes):
        return made
    raise _refused(made or _("Filen går inte att läsa. Skanna eller fotografera papperet en gång till."))


def _painted_or_not(data: bytes) -> bytes | str:
    """The new PDF; or what to say of the file, "" where it cannot be read."""
    try:
        return _paint(data)
    except Refused as refused:
        return refused.message
    except DependencyError:  # black and white as many scanners pack it, and jbig2dec is not installed
        return _("Filen går inte att läsa. Skanna papperet en gång till, i färg eller gråskala.")
    except Exception:  # a hostile file may fail anywhere in the parser
        return ""


def _paint(data: bytes) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if data.startswith(_PICTURES):
            pages = [_painted(Image.open(io.BytesIO(data), formats=("JPEG", "PNG")))]
        elif data.startswith(b"%PDF-"):
            pages = _pages(data)
        else:
            raise _refused(_("Välj en bild (JPEG eller PNG) eller en inskannad PDF."))
    out = io.BytesIO()
    longest = max(max(page.size) for page in pages)
    dots = max(longest / A4_INCHES, 1)
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dots, quality=QUALITY)
    return out.getvalue()


def _pages(data: bytes) -> list[Image.Image]:
    """The one picture of each page. A page with text or several pictures was not scanned, and is refused."""
    with pikepdf.open(io.BytesIO(data)) as document:
        if len(document.pages) > MOST_PAGES:
            raise _refused(_("Filen har för många sidor. Skanna bara den underskrivna planen."))
        pages = []
        for page in document.pages:
            pictures = [found for found in page.get_images().values() if isinstance(found, pikepdf.Stream)]
            if len(pictures) != 1:
                raise _refused(_("PDF-filen är inte inskannad. Skanna eller fotografera det underskrivna papperet."))
            picture = pikepdf.PdfImage(pictures[0])
            _check_pixels(picture.width, picture.height)
            pages.append(_painted(picture.as_pil_image()))
        return pages


def _painted(picture: Image.Image) -> Image.Image:
    """The same picture, upright and no larger than it takes to read it, in one that knows nothing else."""
    _check_pixels(*picture.size)
    if picture.mode not in ("RGB", "L"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    picture.thumbnail((MOST_DOTS, MOST_DOTS))
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    return clean


def _check_pixels(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise _refused(_("Bilden är för stor. Skanna med lägre upplösning."))


def _refused(message: str) -> Refused:
    return Refused(Problem("scan", message, "scan"))
