"""The way into the admin API: who is let in, what they may do there, and that it is written down."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import caller, clock
from tenon.kernel.errors import Forbidden
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.declared import answering
from tenon.kernel.http.views import Endpoint
from tenon.kernel.principal import PrincipalKind
from tenon.platform.audit import services as audit
from tenon.platform.identity import selectors as identity
from tenon.platform.identity.api.authentication import BearerAuthentication, PortalAuthentication

SUPERUSER = "superuser"
"""The right that no group gives."""
ANY_STAFF = "staff"
"""The right that whoever is let in has."""


class AdminEndpoint(Endpoint):
    """A route for staff. What a method does not name a right for, only superusers may do.

    Whoever is staff and tries to change something leaves a row in the audit log, with the parameters and the outcome,
    also where it was refused. Rates are not limited; a view may name limits of its own in `throttles`.
    """

    audience = Audience.STAFF
    authentication_classes = (PortalAuthentication, BearerAuthentication)
    rights: ClassVar[Mapping[str, str]] = {}
    """By method, the permission that a group of staff must give: `{"GET": "identity.view_user"}`."""
    actions: ClassVar[Mapping[str, str]] = {}
    """By method that changes something, what the audit log calls it: `admin:user:disable`."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        right = self.rights.get(answering(str(request.method)), SUPERUSER)
        if right != ANY_STAFF and not identity.has_right(user_id=self.caller_id, right=right):
            # The right is no secret: the description of this API names it at each operation.
            raise Forbidden(_("This needs the right %(right)s.") % {"right": right})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        self._note(request, target=_target(self.kwargs, answer), outcome=_outcome(answer.status_code))
        return answer

    def handle_exception(self, exc: Exception) -> Response:
        try:
            answer: Response = super().handle_exception(exc)
        except Exception:
            self._note(self.request, target=_target(self.kwargs), outcome="failed")
            raise
        return answer

    def _note(self, request: Request, *, target: object, outcome: str) -> None:
        """Write down what was tried. Apart from it: a refusal undoes what it refuses, and must be found too.

        By whoever is behind the cookie, also where the CSRF token was missing and they are let in as nobody.
        """
        action = self.actions.get(str(request.method))
        if action and caller.current().principal.kind is PrincipalKind.STAFF:
            audit.record(
                action=action,
                target_type=action.split(":")[1],
                target_id=target,
                parameters=_parameters(request, self.kwargs),
                outcome=outcome,
                now=clock.now(),
            )


def _target(kwargs: Mapping[str, Any], answer: Response | None = None) -> object:
    """What the path names, else the id of what was made."""
    made = getattr(answer, "data", None)
    return next(iter(kwargs.values()), made.get("id", "") if isinstance(made, dict) else "")


def _parameters(request: Request, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    body: Any
    try:
        body = request.data
    except Exception:  # noqa: BLE001 - a body that cannot be read was refused for that, and has nothing to tell
        body = {}
    named = {name: str(value) for name, value in kwargs.items()}
    return {**named, **(body if isinstance(body, dict) else {"body": body})}


def _outcome(status: int) -> str:
    if status < 400:
        return "success"
    return "refused" if status < 500 else "failed"
