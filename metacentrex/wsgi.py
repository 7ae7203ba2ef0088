"""The WSGI entry point. It refuses to start when one of our checks fails."""

import os

import django

from metacentrex import heartbeat
from metacentrex.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "metacentrex.settings.base")

die_with_parent()
django.setup(set_prefix=False)

from metacentrex.checks import refuse_unsafe_start  # noqa: E402 - needs the applications loaded
from metacentrex.handler import Handler  # noqa: E402
from metacentrex.start import refuse_foreign_database  # noqa: E402

application = Handler()

refuse_unsafe_start()
refuse_foreign_database()
heartbeat.start()

# The server copies the environment into every request: remove the secrets, which are read by now.
for _name in (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "METACENTREX_HTTP_KEY",
    "METACENTREX_FIELD_KEYS",
    "METACENTREX_EMAIL_PASSWORD",
    "DATABASE_URL",
    "REDIS_URL",
):
    os.environ.pop(_name, None)
