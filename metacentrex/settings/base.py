"""Settings, all from the environment. An invalid value never stops the import: system checks report
it.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from metacentrex import secrets
from metacentrex.settings import environment, logs, schedule

BASE_DIR = Path(__file__).resolve().parent.parent.parent

METACENTREX_ENVIRONMENT_ERRORS = environment.PROBLEMS

# --- Where it runs --------------------------------------------------------------------------------

METACENTREX_HOME = Path(os.environ.get("METACENTREX_HOME") or BASE_DIR / "var").absolute()
METACENTREX_HOST = os.environ.get("METACENTREX_HOST") or "127.0.0.1"
METACENTREX_PORT = environment.port("METACENTREX_PORT", 8000)
METACENTREX_TRUSTED_PROXIES = environment.networks("METACENTREX_TRUSTED_PROXIES")
METACENTREX_METRICS_ALLOW = environment.networks("METACENTREX_METRICS_ALLOW")
METACENTREX_JOURNAL_THREAD = True
REDIS_URL = os.environ.get("REDIS_URL", "")

DATABASES = {
    "default": environment.database(
        os.environ.get("DATABASE_URL") or f"sqlite:///{METACENTREX_HOME / 'metacentrex.sqlite3'}"
    )
}

# Embedded: one machine that nobody else can reach. Anything else is production, with stricter
# checks.
METACENTREX_EMBEDDED = "sqlite" in str(DATABASES["default"]["ENGINE"]) and environment.is_loopback(
    METACENTREX_HOST
)

_authority = f"[{METACENTREX_HOST}]" if ":" in METACENTREX_HOST else METACENTREX_HOST
METACENTREX_PUBLIC_URL = (
    os.environ.get("METACENTREX_PUBLIC_URL")
    or (f"http://{_authority}:{METACENTREX_PORT}" if METACENTREX_EMBEDDED else "")
).rstrip("/")

# The URL for phones, if not the public one: for example old TLS on a separate port (deploy/nginx).
METACENTREX_PHONE_URL = (os.environ.get("METACENTREX_PHONE_URL") or METACENTREX_PUBLIC_URL).rstrip(
    "/"
)

DEBUG = (os.environ.get("DJANGO_DEBUG") or "").strip().lower() in {"1", "true", "yes", "on"}

try:
    _public = urlsplit(METACENTREX_PUBLIC_URL)
    _public_host = _public.hostname or ""
    _public_origin = f"{_public.scheme}://{_public.netloc}" if _public_host else ""
except ValueError:  # reported by metacentrex.E007
    _public_host = _public_origin = ""

ALLOWED_HOSTS = [
    *os.environ.get("METACENTREX_ALLOWED_HOSTS", "").replace(",", " ").split(),
    *([f"[{_public_host}]" if ":" in _public_host else _public_host] if _public_host else []),
    "127.0.0.1",
    "localhost",
    "[::1]",
]
METACENTREX_STYLEGUIDE = DEBUG  # shows every component on one page
CSRF_TRUSTED_ORIGINS = [_public_origin] if _public_origin.startswith("https://") else []

# --- Secrets --------------------------------------------------------------------------------------

SECRET_KEY = environment.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = secrets.split_keys(environment.secret("SECRET_KEY_FALLBACKS"))
METACENTREX_HTTP_KEY = environment.secret("METACENTREX_HTTP_KEY")
METACENTREX_FIELD_KEYS = secrets.split_keys(environment.secret("METACENTREX_FIELD_KEYS"))

if METACENTREX_EMBEDDED and not METACENTREX_ENVIRONMENT_ERRORS:
    _folder = METACENTREX_HOME / "secrets"
    try:
        METACENTREX_HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        SECRET_KEY = SECRET_KEY or secrets.kept(_folder, "secret_key", secrets.random_secret)
        METACENTREX_HTTP_KEY = METACENTREX_HTTP_KEY or secrets.kept(
            _folder, "http_key", secrets.random_secret
        )
        METACENTREX_FIELD_KEYS = METACENTREX_FIELD_KEYS or secrets.split_keys(
            secrets.kept(_folder, "field_keys", secrets.random_field_key)
        )
    except OSError as error:
        METACENTREX_ENVIRONMENT_ERRORS.append(
            f"METACENTREX_HOME: {error.strerror}: {error.filename}"
        )

# --- Application ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",  # before ours: clients removes its groups from the admin
    "django.contrib.contenttypes",
    "metacentrex",
    "clients",
    "phones",
    "keys",
    "provisioning",
    "django.contrib.admin",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    # axes, under a name that people understand
    "metacentrex.login_attempts.LoginAttemptsConfig",
]

MIDDLEWARE = [
    "metacentrex.net.TrustedProxyMiddleware",
    "metacentrex.correlation.CorrelationMiddleware",
    "provisioning.middleware.PhonePathMiddleware",  # phones skip sessions, hosts and redirects
    "provisioning.middleware.OperatingPathMiddleware",  # so does the operator's monitoring
    "django.middleware.security.SecurityMiddleware",
    # these two before anything that may refuse a request
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "metacentrex.views.permissions_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "metacentrex.language.LanguageMiddleware",  # needs the user
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "metacentrex.urls"
WSGI_APPLICATION = "metacentrex.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a page of ticked rows

# In memory, up to a limit: a tenant's uploads are never written to disk.
FILE_UPLOAD_HANDLERS = [
    "metacentrex.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024  # the limit, plus the rest of the form

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "metacentrex.ui.context.theme",
                "clients.context.platform",
                "phones.context.todo",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # widgets of ours have templates too
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

CACHES: dict[str, dict[str, object]] = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "metacentrex",
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# --- Languages and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
FORMAT_MODULE_PATH = "metacentrex.formats"
LOCALE_PATHS = [BASE_DIR / "metacentrex" / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# --- Static files ---------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = METACENTREX_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "metacentrex.ui.scripts.StaticFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# --- Logins ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "clients.User"
LOGIN_URL = "extranet:login"
LOGIN_REDIRECT_URL = "extranet:client-list"
LOGOUT_REDIRECT_URL = "extranet:login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: a throttled attempt never reaches the password
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Throttled per (login, address): stops guessing, and nobody can lock out a login everywhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = (
    "username"  # the form's field, not the model's: else all logins are throttled as one
)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "metacentrex.net.throttled_address"
AXES_LOCKOUT_CALLABLE = "metacentrex.views.login_closed"
# Who types a password as the login must not find it there in clear.
AXES_USERNAME_CALLABLE = "clients.services.logins.attempted_login"
AXES_SENSITIVE_PARAMETERS = [
    *("username", "password", "csrfmiddlewaretoken"),
    *("old_password", "new_password1", "new_password2"),
]
AXES_VERBOSE = False

# --- Browser security -----------------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = ("metacentrex.scheme", "https")  # written by TrustedProxyMiddleware alone
SECURE_SSL_REDIRECT = not METACENTREX_EMBEDDED
SECURE_HSTS_SECONDS = 0 if METACENTREX_EMBEDDED else 31_536_000
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "metacentrex.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not METACENTREX_EMBEDDED
if not METACENTREX_EMBEDDED:  # a browser takes such names from this very host, over TLS, alone
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "metacentrex.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

# --- E-mail: none is sent without a host ----------------------------------------------------------

EMAIL_HOST = os.environ.get("METACENTREX_EMAIL_HOST") or ""
EMAIL_PORT = environment.port("METACENTREX_EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("METACENTREX_EMAIL_USER") or ""
EMAIL_HOST_PASSWORD = environment.secret("METACENTREX_EMAIL_PASSWORD")
METACENTREX_EMAIL_SECURITY = (
    (os.environ.get("METACENTREX_EMAIL_SECURITY") or "starttls").strip().lower()
)
EMAIL_USE_TLS = METACENTREX_EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = METACENTREX_EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("METACENTREX_EMAIL_FROM") or ""

# --- Work in the background -----------------------------------------------------------------------

METACENTREX_BROKER_FOLDER = METACENTREX_HOME / "broker"
CELERY_BROKER_URL = REDIS_URL or "metacentrexfiles://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = (
    # Without the two restore settings, a lost task is only delivered again after 100 s, whatever
    # the timeout.
    {"visibility_timeout": 300, "unacked_restore_interval": 5, "unacked_restore_throttle": 1}
    if REDIS_URL
    else {"folder": str(METACENTREX_BROKER_FOLDER), "polling_interval": 0.1}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A request must not wait for a broker that is down: the sweep finds tasks that were not sent.
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = schedule.SCHEDULE

# --- Log ------------------------------------------------------------------------------------------

METACENTREX_LOG_FORMAT = environment.choice("METACENTREX_LOG_FORMAT", ["line", "json"])
LOGGING = logs.logging(METACENTREX_LOG_FORMAT)
