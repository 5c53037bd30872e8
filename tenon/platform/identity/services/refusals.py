"""What every refusal that guards an account leaves behind: a count, a line in the log, and a row of the audit log."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.core.cache import cache

from tenon.kernel import clock, metrics
from tenon.kernel.errors import TenonError, TooManyRequests
from tenon.kernel.limits import counting
from tenon.platform.audit.services import record
from tenon.platform.identity.models import User
from tenon.platform.identity.services.sessions import Device

LIMITED = "limited"
ONE_ROW_IN = timedelta(minutes=1)
_log = logging.getLogger(__name__)


def refused(error: TenonError, *, reason: str, device: Device, user: User | None = None) -> TenonError:
    """Note that somebody was refused to sign in, and why in one word; returns `error`, to be raised.

    Called outside of any transaction, which the error would undo.
    """
    metrics.refused_sign_ins.labels(reason).inc()
    known = {"user_id": str(user.pk)} if user else {}
    _log.warning("sign_in_refused", extra={"reason": reason, "ip": device.ip, **known})
    note_refusal("session:start_refused", reason=reason, ip=device.ip, user=user)
    return error


def note_refusal(what: str, *, reason: str, ip: str = "", user: User | None = None) -> None:
    """Add `identity:<what>` to the audit log: `subject:verb`.

    What a limit refuses is one row in a minute for each address, so that nobody fills the log who is being kept out.
    The address that was typed in is not written down: most belong to nobody here, and some are passwords.
    """
    if reason == LIMITED and not cache.add(f"identity:refusal:{what}:{ip}", 1, ONE_ROW_IN.total_seconds()):
        return
    record(
        action=f"identity:{what}",
        target_type="user" if user else "",
        target_id=user.pk if user else "",
        parameters={"reason": reason},
        outcome="refused",
        now=clock.now(),
    )


def require_all(counters: Sequence[tuple[str, str]], *, what: str, ip: str = "", user: User | None = None) -> None:
    """`counting.require_all`, whose refusal is noted as `identity:<what>`. Raises TooManyRequests."""
    try:
        counting.require_all(counters)
    except TooManyRequests:
        note_refusal(what, reason=LIMITED, ip=ip, user=user)
        raise
