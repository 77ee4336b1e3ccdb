"""Papers for a guardian from whom something is withheld: made anew from the frozen content without it, and unsigned.

The sealed files hold everything; so they are not handed out to that reader. What is made here looks like any other
plan or receipt. What was frozen decides it, so that the same reader always gets the same bytes.
"""

import io
import json
from collections.abc import Collection
from typing import Any

import pikepdf

from sip.documents.orders import Order
from sip.documents.render import Look
from sip.plans.audience import Audience

_EXTRACT = Look(is_extract=True)


def plan_extract(content: dict[str, Any], reader: Audience) -> Order:
    """The paper of a frozen plan without what is withheld from the reader; its attached data lacks it too."""
    return Order("sip", reader.of_plan(content), _EXTRACT)


def receipt_extract(receipt: bytes, own_words: Collection[str]) -> Order:
    """The paper of a receipt, made from the data that travels in the sealed one. `own_words`: the reader's dissent."""
    with pikepdf.open(io.BytesIO(receipt)) as pdf:
        (attached,) = pdf.attachments.values()
        content = json.loads(attached.get_file().read_bytes())
    return Order("kvittens", Audience.of_receipt(content, own_words), _EXTRACT)
