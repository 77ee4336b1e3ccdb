"""Which texts a family or a guest may meet: the modules and templates that say something to them, listed one by one.

A module that serves staff too is named with the parts of it that count: functions, classes, names, or the kinds of
notice that it registers. What is not reached from here is Swedish for everybody.
"""

WHOLE: tuple[str, ...] = ()  # every text of the module

MODULES: dict[str, tuple[str, ...]] = {
    # The ground
    "common/text.py": WHOLE,
    "agencies/languages.py": WHOLE,
    "agencies/models.py": ("Role", "Level"),
    # Consent
    "consent/kinds.py": WHOLE,
    "consent/models.py": WHOLE,
    "consent/services.py": ("_decision_problems",),
    # The plan
    "sip/plans/access.py": WHOLE,
    "sip/plans/models/contents.py": WHOLE,
    "sip/plans/models/plan.py": ("CloseReason", "CommentKind", "DeviationKind"),
    "sip/plans/newest.py": WHOLE,
    "sip/plans/notice_kinds.py": (
        *("REQUEST_DECLINED", "CONSENT_CHANGED", "CONSENT_ASKED", "CONSENT_ENDED", "VERSION_VOID", "SIGNATURE_ASKED"),
        *("PLAN_READABLE", "PLAN_ESTABLISHED", "DEVIATION_ANSWERED", "EMERGENCY_OPENED", "PROTECTION_CHANGED"),
        *("PLAN_CLOSED", "CORRECTION_ANSWERED"),
    ),
    "sip/plans/protection.py": WHOLE,
    "sip/plans/refusals.py": WHOLE,
    "sip/plans/services/consents.py": WHOLE,
    "sip/plans/services/deviations.py": WHOLE,
    "sip/plans/services/family.py": WHOLE,
    "sip/plans/services/private.py": ("write_private_words",),
    "sip/plans/services/relatives.py": WHOLE,
    "sip/plans/services/requests.py": ("request_plan", "_problems"),
    "sip/plans/spokes.py": WHOLE,
    "sip/plans/states.py": WHOLE,
    # Meetings
    "sip/meetings/models.py": WHOLE,
    "sip/meetings/notice_kinds.py": (
        "MEETING_SET",
        "MEETING_MOVED",
        "PLACE_CHANGED",
        "CALL_CANCELLED",
        "TIMES_PROPOSED",
    ),
    "sip/meetings/polling.py": ("answer_times",),
    # Papers and signatures
    "sip/documents/calendar.py": WHOLE,
    "sip/documents/context.py": WHOLE,
    "sip/documents/context_call.py": WHOLE,
    "sip/documents/context_child.py": WHOLE,
    "sip/documents/context_deviation.py": WHOLE,
    "sip/documents/context_follow_up.py": WHOLE,
    "sip/documents/context_consent.py": WHOLE,
    "sip/documents/context_receipt.py": WHOLE,
    "sip/documents/copies.py": WHOLE,
    "sip/documents/covered.py": WHOLE,
    "sip/documents/in_line.py": WHOLE,
    "sip/documents/models.py": WHOLE,
    "sip/documents/render.py": WHOLE,
    "sip/documents/services.py": WHOLE,
    "sip/documents/words.py": WHOLE,
    "sip/signing/codes.py": WHOLE,
    "sip/signing/attempts.py": WHOLE,
    "sip/signing/expecting.py": WHOLE,
    "sip/signing/models.py": WHOLE,
    "sip/documents/limits.py": WHOLE,
    "sip/signing/notice_kinds.py": WHOLE,
    "sip/signing/providers/base.py": WHOLE,
    "sip/signing/providers/local.py": WHOLE,
    "sip/signing/revisions.py": WHOLE,
    "sip/signing/services.py": WHOLE,
    "sip/signing/signers.py": WHOLE,
    "sip/signing/verify.py": WHOLE,
    # Notices
    "sip/notices/letters.py": WHOLE,
    "sip/notices/models.py": WHOLE,
    "sip/notices/preferences.py": WHOLE,
    "sip/notices/registry.py": WHOLE,
    "sip/reminders/notice_kinds.py": (
        *("consent_missing", "consent_ends", "meeting_soon", "signature_missing", "action_due", "follow_up_due"),
    ),
    # Pages
    "sip/web/compare.py": WHOLE,
    "sip/web/fields.py": WHOLE,
    "sip/web/going.py": WHOLE,
    "sip/web/log_words.py": WHOLE,
    "sip/web/place.py": WHOLE,
    "sip/web/proving.py": WHOLE,
    "sip/web/reasons.py": WHOLE,
    "sip/web/staff/paper_list.py": WHOLE,
    "sip/web/templatetags/sip_forms.py": WHOLE,
    "sip/web/templatetags/sip_told.py": WHOLE,
    "sip/web/templatetags/sip_ui.py": WHOLE,
    "sip/web/words.py": WHOLE,
    "sip/web/doors/demo_clock.py": WHOLE,
    "sip/web/doors/login.py": WHOLE,
    "sip/web/doors/my_notices.py": WHOLE,
    "sip/web/doors/verify.py": WHOLE,
    "sip/web/work/answer_times.py": WHOLE,
    "sip/web/work/choosing.py": WHOLE,
    "sip/web/work/relatives.py": WHOLE,
    "sip/web/work/reporting.py": WHOLE,
}
# Rooms where everything is the family's.
FOLDERS = ("sip/web/family", "templates/family", "templates/documents")

TEMPLATES = (
    *("400.html", "403.html", "403_csrf.html", "404.html", "500.html", "503.html", "not_asked.html", "base.html"),
    *("paper_list.html", "paper_waits.html", "components/paper_progress.html"),
    *("sip/reason.html", "notices/letter.html"),
    *("doors/confirm.html", "doors/guest.html", "doors/guest_over.html", "doors/home.html", "doors/login.html"),
    *("doors/my_notices.html", "doors/no_longer.html", "doors/nothing_here.html", "doors/verify.html"),
    *("work/answer_times.html", "work/relative.html", "work/relatives.html", "work/report_deviation.html"),
    *("components/bare_bar.html", "components/contact.html", "components/crumbs.html", "components/demo_bar.html"),
    *("components/family_bar.html", "components/field.html", "components/field_group.html", "components/goal.html"),
    *("components/field_notes.html", "components/field_tick.html", "components/language_switch.html"),
    *("components/document_link.html", "components/verb.html", "components/who_can_see.html"),
)

# Said through a variable, where nothing in the source says that it is a text.
BY_VARIABLE = ("Trygghet", "Lärande", "Hälsa", "Familjen", "Annan hjälp")
# On the staff's own bar, which stands on the doors' pages too.
OF_THE_BAR = ("Samordnad plan", "Logga ut")

# Django's own words, for the languages that Django does not know.
DJANGOS = {
    "so": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
        *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ),
}
