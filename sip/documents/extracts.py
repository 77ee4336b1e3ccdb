"""Papers for a guardian from whom something is withheld: made anew from the frozen content without it, and unsigned.

The sealed files hold everything; so they are not handed out to that reader. What is made here looks like any other
plan or receipt. What was frozen decides it, so that the same reader always gets the same bytes.
"""

import io
import json
from typing import Any

import pikepdf

from sip.documents.orders import Order
from sip.documents.render import Look
from sip.plans.audience import Audience

_EXTRACT = Look(is_extract=True)


def plan_extract(content: dict[str, Any], reader: Audience) -> Order:
    """The paper of a frozen plan without what is withheld from the reader; its attached data lacks it too."""
    return Order("sip", reader.of_plan(content), _EXTRACT)


def content_of_receipt(receipt: bytes) -> dict[str, Any]:
    """The data that travels in a sealed receipt: what another look of it, or an extract, is made of."""
    with pikepdf.open(io.BytesIO(receipt)) as pdf:
        (attached,) = pdf.attachments.values()
        content: dict[str, Any] = json.loads(attached.get_file().read_bytes())
    return content
