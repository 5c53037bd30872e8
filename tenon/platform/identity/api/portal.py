"""Staff in the portal: a session of ours behind a signed cookie, so that it ends wherever any other would.

The cookie says nothing but the session's id. Signing out, ending the session, disabling the account, taking its rights
and changing its password act on the next request, as with access tokens.
"""

from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from tenon.kernel import caller, clock
from tenon.kernel.http.addresses import client_address
from tenon.kernel.principal import Principal, PrincipalKind
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.services import Device, sign_in, sign_out
from tenon.platform.identity.services.staff import keep_alive

_KEY = "session_id"


class StaffPermissions(ModelBackend):
    """Permissions by superuser and by group. It signs nobody in: passwords are compared by the service alone."""

    def authenticate(self, *args: object, **kwargs: object) -> None:
        return None

    def get_user(self, user_id: object) -> None:
        return None


def open_session(request: HttpRequest, *, email: str, password: str) -> None:
    """Sign a member of staff in, in this browser.

    Raises InvalidEmail, TooManyRequests, EmailNotVerified, and InvalidCredentials, also for people who are no staff.
    """
    device = Device(user_agent=request.headers.get("User-Agent", ""), ip=client_address(request))
    signed_in = sign_in(email=email, password=password, device=device, staff_only=True, now=clock.now())
    request.session.flush()
    request.session[_KEY] = str(signed_in.session_id)
    rotate_token(request)


def close_session(request: HttpRequest) -> None:
    """Sign out, here and wherever the cookie may have been copied to."""
    session_id = session_of(request)
    if session_id is not None:
        sign_out(session_id=session_id, now=clock.now())
    request.session.flush()


def session_of(request: HttpRequest) -> UUID | None:
    """The id in the cookie; whether it is still good, is another question."""
    found = request.session.get(_KEY)
    return UUID(found) if found else None


def visitor(request: HttpRequest) -> User | AnonymousUser:
    """Who is signed in to the portal. One query, and a write once in a minute."""
    session_id = session_of(request)
    if session_id is None:
        return AnonymousUser()
    now = clock.now()
    live = Session.objects.live(now).filter(pk=session_id, user__is_active=True, user__is_staff=True)
    session = live.select_related("user").first()
    if session is None:
        return AnonymousUser()
    keep_alive(session=session, now=now)
    caller.identify(Principal(PrincipalKind.STAFF, session.user_id, session_id=session.pk))
    return session.user
