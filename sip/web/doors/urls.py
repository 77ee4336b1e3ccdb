"""The addresses of the ways in, and of those that machines ask."""

from django.urls import path

from sip.web.doors import (
    confirm,
    csp,
    demo_clock,
    guest,
    health,
    home,
    language,
    login,
    my_notices,
    outbox,
    personas,
    reason,
    verify,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("logga-in/", login.log_in, name="login"),
    path("logga-ut/", login.log_out, name="logout"),
    path("sprak/", language.language, name="language"),
    path("gast/<str:token>/", guest.guest, name="guest"),
    path("verifiera/", verify.verify, name="verify"),
    path("bekrafta/", confirm.confirm, name="confirm"),
    path("planer/<uuid:plan_id>/skal/", reason.reason, name="reason"),
    path("mina-meddelanden/", my_notices.my_notices, name="my_notices"),
    path("demo/", personas.personas, name="personas"),
    path("demo/klockan/", demo_clock.demo_clock, name="demo_clock"),
    path("demo/utkorg/", outbox.outbox, name="outbox"),
    path("demo/<uuid:user_id>/", personas.become, name="persona"),
    path("halsa", health.live, name="live"),
    path("redo", health.ready, name="ready"),
    path("csp-rapport", csp.report, name="csp_report"),
]
