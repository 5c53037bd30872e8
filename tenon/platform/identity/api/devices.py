"""From where a request comes, as the list of sessions shows it."""

from rest_framework.request import Request

from tenon.kernel.http.addresses import client_address
from tenon.platform.identity.services import Device


def device_of(request: Request) -> Device:
    """The caller's browser or program by its own account, and its address as far as it can be believed."""
    return Device(user_agent=request.headers.get("User-Agent", ""), ip=client_address(request))
