"""HTTP that leaves the house for an address that a customer named: only to the public internet, and never for long.

    answer = outgoing.request("POST", url, body=body, headers={"Content-Type": "application/json"})
    if not answer.ok: ...

Never inside a database transaction. `check_url` refuses what `request` would refuse, at once, when it is typed in.
"""

from tenon.kernel.outgoing.errors import Reason, RefusedUrl, Unanswered
from tenon.kernel.outgoing.sending import Answer, request
from tenon.kernel.outgoing.urls import check_url

__all__ = ["Answer", "Reason", "RefusedUrl", "Unanswered", "check_url", "request"]
