"""One JSON object a line on standard output: no names, no bodies, no query strings."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "common.logs.JsonFormatter"}},
    "handlers": {
        "out": {"class": "logging.StreamHandler", "formatter": "json"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": [], "propagate": False},
        # It names the addresses that it could not fetch, and people may have typed those; common.pdf says what matters.
        "weasyprint": {"handlers": ["nowhere"], "propagate": False},
        # It writes out what GOV.UK Notify answers, and that may name an address; rows of messages say the kind of error.
        "notifications_python_client": {"handlers": ["nowhere"], "propagate": False},
        "fontTools": {"level": "ERROR"},
    },
}
