"""Settings of the bench: as the demo's servers, but nobody may choose to be anybody, and one page more: the floor."""

from sip.settings.base import *  # noqa: F403
from sip.settings.base import ALLOWED_HOSTS, INSTALLED_APPS, env

ALLOWED_HOSTS += ["localhost", "127.0.0.1"]
INSTALLED_APPS += ["benchmarks"]
ROOT_URLCONF = "benchmarks.urls"
BENCH_WITHOUT = env.list("BENCH_WITHOUT", default=[])  # "event", "rls": what benchmarks/apps.py takes away
