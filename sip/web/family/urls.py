"""The addresses of the family's pages."""

from django.urls import path

from sip.web import compare
from sip.web.family import (
    consent,
    own_page,
    plan,
    private_words,
    readers,
    say,
    sign,
    sign_wait,
    start,
    who_sees,
    wish,
)

urlpatterns = [
    path("familj/", start.family, name="family"),
    path("familj/onskan/", wish.family_request, name="family_request"),
    path("familj/<uuid:plan_id>/", plan.family_plan, name="family_plan"),
    path("familj/<uuid:plan_id>/jamfor/", compare.compare_family, name="compare_family"),
    path("planer/<uuid:plan_id>/jamfor/", compare.compare_staff, name="compare"),
    path("familj/<uuid:plan_id>/mina-privata-ord/", private_words.private_words, name="private_words"),
    path("familj/<uuid:plan_id>/min-sida/", own_page.own_page, name="own_page"),
    path("familj/<uuid:plan_id>/samtycke/", consent.family_consent, name="family_consent"),
    path("familj/<uuid:plan_id>/skriv/", say.comment, name="comment"),
    path("familj/<uuid:plan_id>/tycker-annat/", say.dissent, name="dissent"),
    path("familj/<uuid:plan_id>/skriver-inte-under/", sign.refuse_to_sign, name="refuse_to_sign"),
    path("familj/<uuid:plan_id>/vem-har-last/", readers.who_has_read, name="who_has_read"),
    path("familj/<uuid:plan_id>/vem-kan-se/", who_sees.who_can_see, name="who_can_see"),
    path("planer/<uuid:plan_id>/vem-kan-se/", who_sees.who_can_see_staff, name="who_can_see_staff"),
    path("planer/<uuid:plan_id>/skriv-under/", sign.sign, name="sign"),
    path("underskrift/<uuid:attempt_id>/", sign_wait.signing, name="signing"),
]
