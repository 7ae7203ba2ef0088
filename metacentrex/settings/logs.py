"""What is logged, and how."""

from typing import Any


def logging(log_format: str) -> dict[str, Any]:
    """Django's LOGGING: everything to the console, in lines or in JSON."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "metacentrex.logs.LineFormatter"},
            "json": {"()": "metacentrex.logs.JsonFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": log_format}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # Anybody can send a wrong Host: the answer is a 400, without a log line.
            "django.security.DisallowedHost": {
                "handlers": [],
                "level": "CRITICAL",
                "propagate": False,
            },
            **{
                app: {"level": "INFO"}
                for app in ("metacentrex", "clients", "phones", "keys", "provisioning")
            },
        },
    }
