"""Sending the messages of one lane, one after the other, each signed afresh."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import structlog

from tenon.kernel import clock, metrics, outgoing
from tenon.kernel.http import request_id
from tenon.kernel.ids import new_id
from tenon.platform.webhooks.engines import patience, signatures
from tenon.platform.webhooks.models.deliveries import ERROR_LENGTH
from tenon.platform.webhooks.services.lanes import DELIVERED, Message, Result, Work

logger = structlog.get_logger("tenon.webhooks")

# A lane is given back after so long: what was sent is written down soon, and others have their turn.
HOLD = timedelta(seconds=1)
REDIRECTED, REFUSED, UNSIGNED, FAULT = "redirected", "refused", "unsigned", "fault"
_ASKS_FOR_REST = {429, 503}


def send_all(work: Work, *, stopping: Callable[[], bool]) -> list[Result]:
    """One attempt at each message, up to the first that nobody answers. Never inside a transaction."""
    started, results = monotonic(), list[Result]()
    for message in work.messages:
        if results and (stopping() or monotonic() - started > HOLD.total_seconds()):
            break
        results.append(result := _whatever_comes(message, work))
        if result.status is None or result.rest:
            break
    return results


def _whatever_comes(message: Message, work: Work) -> Result:
    """One attempt, which a fault of ours makes a failed one: retried later and later, and not for ever."""
    now, started = clock.now(), monotonic()
    try:
        return send(message, url=work.url, keys=work.keys)
    except Exception:
        logger.exception("webhook_sending_failed", endpoint=str(work.endpoint_id))
        metrics.webhook_attempts.labels(FAULT).inc()
        error = "Something went wrong on our side."
        return Result(new_id(), message, now, _since(started), FAULT, error=error)


def send(message: Message, *, url: str, keys: tuple[str, ...]) -> Result:
    """One attempt. Whatever the receiver does is a result."""
    attempt_id, now, started = new_id(), clock.now(), monotonic()
    if not keys:
        return Result(
            attempt_id, message, now, 0, UNSIGNED, error="The secret of this endpoint cannot be read. Rotate it."
        )
    headers = signatures.headers(message_id=str(message.event_id), body=message.body, keys=keys, now=now)
    try:
        # Under the attempt's own id, which a receiver may name when it asks what happened.
        with request_id.bound(str(attempt_id)):
            answer = outgoing.request(
                "POST", url, body=message.body.encode(), headers={"Content-Type": "application/json", **headers}
            )
    except outgoing.Unanswered as failure:
        result = Result(attempt_id, message, now, _since(started), failure.reason, error=str(failure)[:ERROR_LENGTH])
    else:
        result = Result(
            attempt_id,
            message,
            now,
            _since(started),
            _outcome(answer.status),
            status=answer.status,
            answer=answer.body.decode("utf-8", "replace").replace("\x00", "\ufffd"),
            rest=_asked_rest(answer),
        )
    metrics.webhook_attempts.labels(result.outcome).inc()
    metrics.webhook_seconds.observe(result.milliseconds / 1000)
    return result


def _outcome(status: int) -> str:
    if 200 <= status <= 299:
        return DELIVERED
    return REDIRECTED if 300 <= status <= 399 else REFUSED


def _asked_rest(answer: outgoing.Answer) -> timedelta | None:
    if answer.status not in _ASKS_FOR_REST:
        return None
    return patience.asked_rest(answer.headers.get("retry-after", ""), now=clock.now())


def _since(started: float) -> int:
    return round((monotonic() - started) * 1000)
