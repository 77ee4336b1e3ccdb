"""Settings of the tests: real servers (tests/servers.py starts them), nothing slow, nothing lenient."""

import os

from sip.embedded.keys import keys
from sip.embedded.layout import TEST, environment

# One folder per test session; its workers and the programs it starts inherit the name.
FOLDER = TEST / f"run-{os.environ.setdefault('SIP_TEST_RUN', str(os.getpid()))}"

for _name, _value in {**keys(TEST), **environment(FOLDER)}.items():
    os.environ.setdefault(_name, _value)

from sip.settings.base import *  # noqa: E402, F403
from sip.settings.base import ALLOWED_HOSTS  # noqa: E402

ALLOWED_HOSTS += ["localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
FAIL_INVALID_TEMPLATE_VARS = True
RENDER_AT_ONCE = True  # tests of the worker's papers switch it off
NOTICES_AT_ONCE = True  # the suite runs at any hour; tests of the hours switch it off
