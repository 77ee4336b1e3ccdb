"""Settings of the demo: invented people, servers in var/demo, and the way in is to choose a persona."""

import os

from sip.embedded.keys import keys
from sip.embedded.layout import DEMO as FOLDER
from sip.embedded.layout import environment

for _name, _value in {**keys(FOLDER), **environment(FOLDER)}.items():
    os.environ.setdefault(_name, _value)

from sip.settings.base import *  # noqa: E402, F403
from sip.settings.base import ALLOWED_HOSTS, CELERY_BEAT_SCHEDULE  # noqa: E402

DEMO = True
DEMO_CLOCK = FOLDER / "clock"
ALLOWED_HOSTS += ["localhost", "127.0.0.1"]
CELERY_BEAT_SCHEDULE["sweep"]["schedule"] = 5.0  # seconds: nobody at a demo waits for twenty
NOTICES_AT_ONCE = True  # nor for seven o'clock in the morning
