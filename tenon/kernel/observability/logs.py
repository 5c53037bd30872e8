"""One line for each event: JSON for machines, or coloured text for a developer; the same for structlog and logging."""

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import Processor

from tenon.kernel.http import request_id
from tenon.kernel.observability.redaction import remove_secrets

REQUESTS = "django_structlog.middlewares.request"
_FILE_BYTES, _FILES_KEPT = 10 * 1024 * 1024, 5


def configuration(*, form: str, level: str, folder: Path | None) -> dict[str, Any]:
    """settings.LOGGING. `form` is json or console; with `folder`, django.log and api.log (the requests) are kept there.

    Lines go to the standard error stream, since commands write their results to the standard output.
    """
    stream = {"class": "logging.StreamHandler", "formatter": "line"}
    handlers: dict[str, Any] = {"stream": stream}
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        handlers |= {name: _file(folder / f"{name}.log") for name in ("django", "api")}
    everywhere = {"level": level, "handlers": ["stream", "django"] if folder else ["stream"]}
    requests = {"level": level, "handlers": ["stream", "api"], "propagate": False} if folder else {"level": level}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "tenon.kernel.observability.logs.formatter", "form": form}},
        "handlers": handlers,
        "root": everywhere,
        "loggers": {
            # Django gives these handlers of their own.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Says again, with the query string, what the line of the request says.
            "django.request": {"level": "CRITICAL"},
            # Repeats whole headers that it cannot read, of servers that customers have named.
            "urllib3.connection": {"level": "ERROR"},
            # Writes a line for each call, and whole answers at DEBUG, with what shoppers pay by.
            "stripe": {"level": "WARNING"},
            REQUESTS: requests,
        },
    }


def configure() -> None:
    """Hand structlog's loggers over to the standard library's, so that one configuration holds for both."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def formatter(*, form: str) -> logging.Formatter:
    """Renders a record of either kind."""
    render: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
        if form == "console"
        else [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer()]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_common(), structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            remove_secrets,
            *render,
        ],
    )


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        add_request_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def add_request_id(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The id of the request, or of the one that left the job behind."""
    if identity := request_id.current():
        event["request_id"] = identity
    return event


def _file(path: Path) -> dict[str, Any]:
    return {
        "class": "tenon.kernel.observability.rotation.SharedRotatingFileHandler",
        "formatter": "line",
        "filename": str(path),
        "maxBytes": _FILE_BYTES,
        "backupCount": _FILES_KEPT,
        "encoding": "utf-8",
        "delay": True,
    }
