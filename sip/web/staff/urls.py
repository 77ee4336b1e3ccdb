"""The addresses of what staff come to first, and of the plan itself."""

from django.urls import path

from sip.web.staff import (
    access_log,
    answer_family,
    deviations,
    emergency,
    find_plan,
    history,
    log_review,
    log_review_judge,
    my_details,
    new_request,
    operations,
    papers,
    plan,
    plans,
    request,
    routine,
    today,
    unit,
    usual,
)

PLAN = "planer/<uuid:plan_id>/"

urlpatterns = [
    path("mina-uppgifter/", my_details.my_details, name="my_details"),
    path("idag/", today.today, name="today"),
    path("planer/", plans.plans, name="plans"),
    path("planer/sok/", find_plan.find_plan, name="find_plan"),
    path(PLAN, plan.plan, name="plan"),
    path(PLAN + "historik/", history.history, name="history"),
    path(PLAN + "vem-har-last/", access_log.access_log, name="access_log"),
    path(PLAN + "svara-familjen/<uuid:comment_id>/", answer_family.answer_family, name="answer_family"),
    path("onskan/ny/", new_request.new_request, name="new_request"),
    path(PLAN + "onskan/", request.request, name="request"),
    path("nodoppna/", emergency.emergency, name="emergency"),
    path("nodoppna/avsluta/", emergency.end, name="end_emergency"),
    path("loggkontroll/", log_review.log_review, name="log_review"),
    path("loggkontroll/<uuid:event_id>/", log_review_judge.log_review_event, name="log_review_event"),
    path(
        "loggkontroll/nodoppning/<uuid:opening_id>/",
        log_review_judge.log_review_opening,
        name="log_review_opening",
    ),
    path("drift/", operations.operations, name="operations"),
    path("rutin/brukar-vara-med/", usual.usual_parties, name="usual"),
    path("rutin/", routine.routine, name="routine"),
    path("rutin/<slug:limit>/", routine.routine_limit, name="routine_limit"),
    path("min-enhet/", unit.unit, name="unit"),
    path("avvikelser/", deviations.deviations, name="deviations"),
    path("avvikelser/<uuid:deviation_id>/", deviations.deviation, name="deviation"),
    path("avvikelser/<uuid:deviation_id>/avvikelse.pdf", deviations.deviation_pdf, name="deviation_pdf"),
    path(PLAN + "sip-v<int:number>.pdf", papers.pdf, name="pdf"),
    path(PLAN + "kvittens-v<int:number>.pdf", papers.receipt, name="receipt"),
    path(PLAN + "barnets-sida-v<int:number>.pdf", papers.child_pdf, name="child_pdf"),
    path(PLAN + "uppfoljning-<int:number>.pdf", papers.follow_up_pdf, name="follow_up_pdf"),
    path(PLAN + "kallelse-<int:number>.pdf", papers.call_pdf, name="call_pdf"),
    path(PLAN + "mote-<int:number>.ics", papers.call_ics, name="call_ics"),
]
