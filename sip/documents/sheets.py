"""The papers beside the plan itself: which template each is laid out by, what its file is called, when it was made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sip.documents.context_call import call_context
from sip.documents.context_child import child_context
from sip.documents.context_consent import consent_context
from sip.documents.context_deviation import deviation_context
from sip.documents.context_follow_up import follow_up_context
from sip.documents.context_receipt import receipt_context

Content = dict[str, Any]
Kind = Literal["sip", "kallelse", "kvittens", "samtycke", "uppfoljning", "avvikelse", "barnets-sida"]


@dataclass(frozen=True)
class Sheet:
    """One kind of paper. `made_at`: the moment in its content that dates the file."""

    template: str
    context: Callable[[Content], Content]
    made_at: Callable[[Content], str]
    name: Callable[[Content], str]


def _made(content: Content) -> str:
    moment: str = content["made_at"]
    return moment


SHEETS: dict[Kind, Sheet] = {
    "kallelse": Sheet(
        "kallelse", call_context, lambda call: call["called_at"], lambda call: f"kallelse-{call['number']}"
    ),
    "kvittens": Sheet("kvittens", receipt_context, _made, lambda receipt: f"kvittens-v{receipt['plan']['version']}"),
    "samtycke": Sheet("samtycke", consent_context, _made, lambda _consent: "samtycke"),
    "uppfoljning": Sheet("uppfoljning", follow_up_context, _made, lambda held: f"uppfoljning-{held['number']}"),
    "avvikelse": Sheet("avvikelse", deviation_context, _made, lambda _deviation: "avvikelse"),
    "barnets-sida": Sheet(
        "barnets-sida", child_context, lambda plan: plan["plan"]["frozen_at"], lambda _plan: "barnets-sida"
    ),
}
