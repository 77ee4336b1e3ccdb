"""The addresses of these pages."""

from django.urls import URLPattern, path

from sip.web.work import (
    answer,
    call,
    closing,
    consents,
    consents_exempt,
    consents_maturity,
    consents_paper,
    edit_row,
    expectation,
    following,
    lead,
    meeting,
    new_rows,
    notes,
    people,
    review,
    voice,
    wheel,
    withhold,
)

PLAN = "planer/<uuid:plan_id>/"

urlpatterns: list[URLPattern] = [
    path(PLAN + "samtycke/", consents.consents, name="consents"),
    path(PLAN + "samtycke/behovs-inte/", consents_exempt.not_required, name="consent_not_required"),
    path(PLAN + "samtycke/behovs-igen/", consents_exempt.required_again, name="consent_required_again"),
    path(PLAN + "samtycke.pdf", consents_paper.consent_form, name="consent_form"),
    path(PLAN + "mognad/", consents_maturity.maturity, name="maturity"),
    path(PLAN + "kalla/", call.call, name="call"),
    path(PLAN + "svara/", answer.answer, name="answer"),
    path(PLAN + "forvantan/", expectation.expectation, name="expectation"),
    path(PLAN + "medarbetare/", people.people, name="people"),
    path(PLAN + "mote/", meeting.meeting, name="meeting"),
    path(PLAN + "egna-ord/", voice.voice, name="voice"),
    path(PLAN + "hjulet/", wheel.wheel, name="wheel"),
    path(PLAN + "behov/nytt/", new_rows.new_need, name="new_need"),
    path(PLAN + "mal/nytt/", new_rows.new_goal, name="new_goal"),
    path(PLAN + "insats/ny/", new_rows.new_action, name="new_action"),
    path(PLAN + "andra/<uuid:row_id>/", edit_row.edit_row, name="edit_row"),
    path(PLAN + "anteckning/ny/", notes.new_note, name="new_note"),
    path(PLAN + "anteckning/<uuid:note_id>/", notes.edit_note, name="edit_note"),
    path(PLAN + "dolj/", withhold.withhold, name="withhold"),
    path(PLAN + "ansvar/", lead.lead, name="lead"),
    path(PLAN + "uppfoljningsdag/", lead.follow_up_date, name="follow_up_date"),
    path(PLAN + "granska/", review.review, name="review"),
    path(PLAN + "faststall/", review.establish, name="establish"),
    path(PLAN + "pappersunderskrift/", review.witness, name="witness"),
    path(PLAN + "utfall/<uuid:row_id>/", following.outcome, name="outcome"),
    path(PLAN + "uppfoljning/", following.follow_up, name="follow_up"),
    path(PLAN + "avsluta/", closing.close, name="close"),
    path(PLAN + "lamna-over/", closing.hand_over, name="hand_over"),
]
