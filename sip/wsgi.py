"""The door for gunicorn. A site that does not pass its own checks is not opened."""

import atexit
import os

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sip.settings.production")
os.environ.setdefault("DATABASE_POOL", "true")
application = get_wsgi_application()
call_command("check", deploy=settings.PRODUCTION)
# Its threads would hold up the ending for five seconds. (Only PostgreSQL has a pool, so the types miss it.)
atexit.register(connection.close_pool)  # type: ignore[attr-defined]
