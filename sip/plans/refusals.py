"""Why an act is not for the one who tried it, in plain Swedish: whose it is."""

from django.utils.translation import gettext as _


def not_allowed(do: str) -> str:
    """What is said to somebody who may know of the plan, when `do` (an act of access.py) is for others to do."""
    if do in ("edit_action", "expect", "answer", "answer_times", "tell_outcome"):
        return _("Du kan bara skriva för din egen verksamhet, så länge den är part i planen.")
    if do == "export":
        return _("Bara verksamhetens egen mottagare eller samordnare kan hämta flera planer på en gång.")
    if do == "assign":
        return _("Bara verksamhetens egen mottagare eller samordnare kan utse kollegor.")
    if do in ("sign", "comment", "decide_consent"):
        return _("Det kan bara vårdnadshavare, eller den unga själv, göra.")
    if do == "sign_for":
        return _("Bara den som är med för en verksamhet i planen kan skriva under för den.")
    if do == "decide_request":
        return _("Bara en samordnare i en region eller kommun kan svara på önskan, och den kan besvaras en gång.")
    if do == "translate":
        return _("Bara de som är med i planen för en verksamhet kan översätta den.")
    if do == "report_deviation":
        return _("Bara de som är med i planen kan säga till om något blev fel.")
    if do == "read":
        return _("Samtycket gäller inte längre för din verksamhet. Du ser bara datum och vilka som är med.")
    return _("Det kan bara planens samordnare göra.")
