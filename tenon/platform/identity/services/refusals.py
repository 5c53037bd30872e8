"""What every refused sign-in leaves behind: a count and a line in the log."""

import logging

from tenon.kernel import metrics
from tenon.kernel.errors import TenonError
from tenon.platform.identity.models import User
from tenon.platform.identity.services.sessions import Device

_log = logging.getLogger(__name__)


def refused(error: TenonError, *, reason: str, device: Device, user: User | None = None) -> TenonError:
    """Note that somebody was refused, and why in one word; returns `error`, to be raised."""
    metrics.refused_sign_ins.labels(reason).inc()
    known = {"user_id": str(user.pk)} if user else {}
    _log.warning("sign_in_refused", extra={"reason": reason, "ip": device.ip, **known})
    return error
