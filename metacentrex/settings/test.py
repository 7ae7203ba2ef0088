"""Settings of the test suite: fixed secrets, a temporary data directory, nothing slow."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "metacentrex-test-"
for _stale in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
    # A pytest-xdist worker ends without running atexit: the next run cleans up after dead
    # processes.
    if not Path("/proc", _stale.name.removeprefix(_PREFIX).partition("-")[0]).exists():
        shutil.rmtree(_stale, ignore_errors=True)
_home = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ.update(
    {
        "METACENTREX_HOME": _home,
        "METACENTREX_HOST": "127.0.0.1",
        "METACENTREX_PORT": "8000",
        "METACENTREX_PUBLIC_URL": "https://extranet.metacentrex.test",
        "METACENTREX_PHONE_URL": "",
        "METACENTREX_TRUSTED_PROXIES": "",
        "METACENTREX_ALLOWED_HOSTS": "testserver",
        "DJANGO_DEBUG": "",
        "SECRET_KEY": "test-secret-key-of-the-suite-never-used-elsewhere-0123456789",
        "METACENTREX_HTTP_KEY": "test-http-key-of-the-suite-never-used-elsewhere-0123456789",
        "METACENTREX_FIELD_KEYS": "dGVzdC1maWVsZC1rZXktb2YtdGhlLXN1aXRlLTAwMDE=",
    }
)
os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")

from metacentrex.settings.base import *  # noqa: E402, F403 - the environment first

# The same pages whatever the database: plain HTTP, as in the embedded mode.
METACENTREX_EMBEDDED = True
METACENTREX_JOURNAL_THREAD = False
METACENTREX_STYLEGUIDE = True
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sessionid", "csrftoken"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
Path(_home, "static").mkdir()  # whitenoise warns when its root is missing
# the suite deliberately uses the embedded mode with a public host name
SILENCED_SYSTEM_CHECKS = ["metacentrex.W001"]
