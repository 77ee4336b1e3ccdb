"""The addresses of the service, and the floor."""

from django.urls import include, path

from benchmarks.floor import floor

urlpatterns = [path("", include("sip.web.urls")), path("bench/golv/", floor)]
