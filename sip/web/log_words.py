"""The acts of the access log in plain words: what somebody did, or which page they opened.

What only some may know of (private words, what is withheld, working notes) is told as the writing it is, and no more:
the family and the coordinator read the same words.
"""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.text import in_words
from consent.log.models import AccessEvent
from consent.log.services import PAGE
from sip.documents.copies import HAND_OVER_COPY
from sip.documents.export import EXPORT_PLAN
from sip.documents.exports import TAKE_EXPORT
from sip.documents.services import (
    DOWNLOAD_CALENDAR,
    DOWNLOAD_CALL,
    DOWNLOAD_CHILD_PAGE,
    DOWNLOAD_FOLLOW_UP,
    DOWNLOAD_PLAN,
    DOWNLOAD_RECEIPT,
)
from sip.plans.access import Do
from sip.plans.log_parts import ASKED
from sip.plans.services.children import OPEN_IN_EMERGENCY, SEARCH
from sip.plans.services.deviations import ANSWER_DEVIATION, READ_DEVIATION
from sip.plans.services.emergency import END_EMERGENCY
from sip.plans.services.log_review import REVIEW_LOG
from sip.plans.services.routines import CHANGE_ROUTINE
from sip.signing.asked import ASK_TO_SIGN, REMIND_TO_SIGN, TAKE_BACK_ASKING
from sip.signing.on_paper import DOWNLOAD_EXEMPLAR, TAKE_BACK_PAPER
from sip.signing.services import DOWNLOAD_SCAN

# What was opened: "öppnade …".
OPENED: dict[str, Promise] = {
    Do.SEE_FRAME: gettext_lazy("datum och vilka som är med"),
    Do.READ: gettext_lazy("planen"),
    Do.READ_LOG: gettext_lazy("listan över vem som har läst"),
    Do.DECIDE_REQUEST: gettext_lazy("önskan"),
    Do.RECORD_CONSENT: gettext_lazy("samtycket"),
    Do.DECIDE_CONSENT: gettext_lazy("samtycket"),
    Do.CALL: gettext_lazy("sidan för att kalla"),
    Do.CHANGE_CALL: gettext_lazy("sidan för att ändra mötet"),
    Do.REPORT_DEVIATION: gettext_lazy("sidan för avvikelser"),
    Do.ANSWER: gettext_lazy("kallelsen"),
    Do.ANSWER_TIMES: gettext_lazy("tidsförslagen"),
    Do.EXPECT: gettext_lazy("förväntningarna"),
    Do.ASSIGN: gettext_lazy("listan över medarbetare"),
    Do.RUN_MEETING: gettext_lazy("mötet"),
    Do.EDIT_CONTENTS: gettext_lazy("planen för att skriva"),
    Do.EDIT_ACTION: gettext_lazy("insatserna"),
    Do.EDIT_FRAME: gettext_lazy("ansvar och dagar"),
    Do.EDIT_RELATIVES: gettext_lazy("närstående"),
    Do.TRANSLATE: gettext_lazy("översättningen"),
    Do.WRITE_NOTE: gettext_lazy("arbetsanteckningarna"),
    Do.WRITE_PRIVATE: gettext_lazy("sidan för privata ord"),
    Do.WITHHOLD: gettext_lazy("det som är dolt för en vårdnadshavare"),
    Do.PROTECT: gettext_lazy("uppgifterna om barnet och familjen"),
    Do.REVIEW: gettext_lazy("granskningen"),
    Do.ESTABLISH: gettext_lazy("fastställandet"),
    Do.FOLLOW_UP: gettext_lazy("uppföljningen"),
    Do.TELL_OUTCOME: gettext_lazy("hur det gick"),
    Do.TELL_GOAL: gettext_lazy("hur det gick"),
    Do.COMMENT: gettext_lazy("sidan för synpunkter"),
    Do.ANSWER_CORRECTION: gettext_lazy("det familjen har skrivit"),
    Do.SIGN: gettext_lazy("sidan för underskrift"),
    Do.SIGN_FOR: gettext_lazy("sidan för underskrift"),
    Do.WITNESS: gettext_lazy("underskrift på papper"),
    Do.HAND_OVER: gettext_lazy("sidan för att lämna över"),
    Do.CLOSE: gettext_lazy("avslutet"),
    Do.EXPORT: gettext_lazy("sidan för arkiv"),
}

# What was done, and not only opened.
DID: dict[str, Promise] = {
    ASKED: gettext_lazy("skrev en önskan om plan"),
    SEARCH: gettext_lazy("fick en träff i en sökning"),
    READ_DEVIATION: gettext_lazy("läste en avvikelse"),
    CHANGE_ROUTINE: gettext_lazy("ändrade regionens rutin"),
    REVIEW_LOG: gettext_lazy("granskade vem som har läst"),
    OPEN_IN_EMERGENCY: gettext_lazy("nödöppnade planen"),
    END_EMERGENCY: gettext_lazy("avslutade nödöppningen"),
    DOWNLOAD_PLAN: gettext_lazy("hämtade planen som PDF"),
    DOWNLOAD_SCAN: gettext_lazy("hämtade det underskrivna papperet"),
    DOWNLOAD_RECEIPT: gettext_lazy("hämtade kvittensen som PDF"),
    DOWNLOAD_FOLLOW_UP: gettext_lazy("hämtade uppföljningen som PDF"),
    DOWNLOAD_CHILD_PAGE: gettext_lazy("hämtade barnets sida som PDF"),
    EXPORT_PLAN: gettext_lazy("hämtade planens papper som arkiv"),
    Do.EXPORT: gettext_lazy("tog med planen i ett arkiv för verksamhetens journal eller akt"),
    TAKE_EXPORT: gettext_lazy("hämtade arkivet där planen är med"),
    HAND_OVER_COPY: gettext_lazy("antecknade att en kopia är lämnad"),
    DOWNLOAD_CALL: gettext_lazy("hämtade kallelsen som PDF"),
    DOWNLOAD_CALENDAR: gettext_lazy("hämtade mötet till sin kalender"),
    Do.DECIDE_REQUEST: gettext_lazy("svarade på önskan"),
    Do.RECORD_CONSENT: gettext_lazy("antecknade samtycke"),
    Do.DECIDE_CONSENT: gettext_lazy("svarade om samtycke"),
    Do.CALL: gettext_lazy("kallade till möte"),
    Do.CHANGE_CALL: gettext_lazy("flyttade eller ställde in mötet"),
    Do.REPORT_DEVIATION: gettext_lazy("sade till om en avvikelse"),
    ANSWER_DEVIATION: gettext_lazy("svarade på en avvikelse"),
    Do.ANSWER: gettext_lazy("svarade på kallelsen"),
    Do.ANSWER_TIMES: gettext_lazy("svarade på vilka tider som passar"),
    Do.EXPECT: gettext_lazy("skrev förväntningar"),
    Do.ASSIGN: gettext_lazy("ändrade vilka medarbetare som är med"),
    Do.RUN_MEETING: gettext_lazy("ledde mötet"),
    Do.EDIT_CONTENTS: gettext_lazy("skrev i planen"),
    Do.EDIT_ACTION: gettext_lazy("skrev om en insats"),
    Do.EDIT_FRAME: gettext_lazy("ändrade ansvar eller dagar"),
    Do.EDIT_RELATIVES: gettext_lazy("ändrade närstående"),
    Do.TRANSLATE: gettext_lazy("översatte för familjen"),
    Do.WRITE_NOTE: gettext_lazy("skrev en arbetsanteckning"),
    Do.WRITE_PRIVATE: gettext_lazy("skrev privata ord"),
    Do.WITHHOLD: gettext_lazy("dolde något för en vårdnadshavare, eller visade det igen"),
    Do.PROTECT: gettext_lazy("ändrade uppgifter om barnet eller familjen"),
    Do.REVIEW: gettext_lazy("öppnade planen för granskning"),
    Do.ESTABLISH: gettext_lazy("fastställde planen"),
    Do.FOLLOW_UP: gettext_lazy("antecknade uppföljningen"),
    Do.TELL_OUTCOME: gettext_lazy("skrev hur det gick"),
    Do.TELL_GOAL: gettext_lazy("skrev hur det gick med ett mål"),
    Do.COMMENT: gettext_lazy("skrev en synpunkt"),
    Do.ANSWER_CORRECTION: gettext_lazy("svarade familjen"),
    Do.SIGN: gettext_lazy("skrev under eller svarade nej"),
    Do.SIGN_FOR: gettext_lazy("skrev under för sin verksamhet, eller svarade nej"),
    ASK_TO_SIGN: gettext_lazy("bad någon skriva under för sin verksamhet"),
    TAKE_BACK_ASKING: gettext_lazy("väntar inte längre på en verksamhets underskrift"),
    REMIND_TO_SIGN: gettext_lazy("påminde om en underskrift"),
    DOWNLOAD_EXEMPLAR: gettext_lazy("hämtade planen för en vårdnadshavare"),
    TAKE_BACK_PAPER: gettext_lazy("tog tillbaka en anteckning om underskrift"),
    Do.WITNESS: gettext_lazy("antecknade en underskrift på papper"),
    Do.HAND_OVER: gettext_lazy("lämnade över planen"),
    Do.CLOSE: gettext_lazy("avslutade planen"),
}
# Reading is reading, whether a page opened or a list was fetched.
READS = frozenset({Do.SEE_FRAME, Do.READ, Do.READ_LOG})
# The page asks for the one on its way to the other; the larger is what is told.
SMALLER = {Do.SEE_FRAME: Do.READ}


def act_words(event: AccessEvent) -> str:
    """One event: "Öppnade planen", "Hämtade planen som PDF", "Försökte öppna planen, men fick inte"."""
    if event.is_denied:
        return _tried(event.act)
    return capfirst(summary([event]).removesuffix("."))


def summary(events: Iterable[AccessEvent]) -> str:
    """What one person did, as a sentence or two; the events oldest first."""
    opened: dict[str, None] = {}
    done: dict[str, None] = {}
    tried: dict[str, None] = {}
    acts = list(events)
    let_in = {event.act for event in acts if not event.is_denied}
    for event in acts:
        if event.is_denied:
            tried[_tried(event.act)] = None
        elif event.act in READS or event.object_type == PAGE:
            if SMALLER.get(event.act) not in let_in:  # type: ignore[call-overload]
                opened[str(OPENED.get(event.act, _("något annat om barnet")))] = None
        else:
            done[str(DID.get(event.act, _("gjorde något annat om barnet")))] = None
    sentences = [capfirst(in_words(list(done)))] if done else []
    if opened:
        sentences.append(_("Öppnade %(what)s") % {"what": in_words(list(opened))})
    return " ".join(f"{sentence}." for sentence in [*sentences, *tried])


def _tried(act: str) -> str:
    if act in (SEARCH, OPEN_IN_EMERGENCY):
        return _("Sökte efter barnet, men fick ingen träff")
    return _("Försökte öppna, men fick inte")
