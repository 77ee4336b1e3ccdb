"""The verbs of the plan: one function, one act, one transaction. Lock → check access → check rules → change → tell.

`requests` (request, accept, decline) · `children` (find, register) · `consents` (give, refuse, withdraw)
· `taking_part` (assign, unassign, expect) · `contents` (voice, wheel, need, goal, action, edit) · `frame` (lead,
follow-up date, follow up, outcome, close, hand over) · `family` (comment, correct, dissent, answer_correction)
· `deviations`
· `registry` (custody, protection, membership) · `reading` (open a plan, its history, its log).
Calling and meeting: sip/meetings/services.py. Review: sip/documents/services.py. Signing, establishing: sip/signing.
"""
