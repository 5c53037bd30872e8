"""Operations: one's own, and one of them."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenon.kernel import clock
from tenon.kernel.errors import NotFound
from tenon.kernel.http import filters
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.examples import shown
from tenon.kernel.http.pagination import KeysetPage
from tenon.kernel.http.views import Endpoint
from tenon.kernel.operations import selectors, services
from tenon.kernel.operations.answers import RETRY_AFTER
from tenon.kernel.operations.errors import AlreadyFinished
from tenon.kernel.operations.models import Operation, State
from tenon.kernel.operations.serializers import OperationSerializer

TAG = "Background work"
_EXAMPLE = {
    "id": "01939c67-1c5e-7d4a-9a3b-2f6f0c1d5e77",
    "kind": "boilerplate.sample_background_task",
    "state": "running",
    "progress": 0.4,
    "result": None,
    "error": None,
    "created_at": "2026-11-20T09:30:00.000Z",
    "started_at": "2026-11-20T09:30:00.700Z",
    "finished_at": None,
}
_CANCELLED = {**_EXAMPLE, "state": "cancelled", "finished_at": "2026-11-20T09:30:02.100Z"}


class OperationsView(Endpoint):
    """The caller's operations."""

    audience = Audience.MEMBER
    organization_optional = True
    for_programs = frozenset({"GET"})
    tag = TAG
    page = KeysetPage(
        sort_fields={"created_at": "created_at"},
        default_sort="-created_at",
        filters={"state": filters.choice("state", *State.values), "kind": filters.text("kind")},
    )

    @extend_schema(responses={200: OperationSerializer(many=True)}, examples=shown(answers={200: _EXAMPLE}))
    def get(self, request: Request) -> Response:
        """List what you have started.

        For yourself, and in the organization that you act in.
        """
        mine = selectors.own(principal=self.principal)
        return Response(self.page.paginate(request, mine, represent=lambda row: OperationSerializer(row).data))


class OperationView(Endpoint):
    """One operation."""

    audience = Audience.MEMBER
    organization_optional = True
    for_programs = frozenset({"GET"})
    tag = TAG
    raises = (NotFound,)

    @extend_schema(responses={200: OperationSerializer}, examples=shown(answers={200: _EXAMPLE}))
    def get(self, request: Request, operation_id: UUID) -> Response:
        """Look how far an operation is.

        Until it has ended, `Retry-After` says when to look again. One that was started in an organization is seen only
        by who acts in it; of others there, with the permission `operations:read`.
        """
        return _answer(selectors.visible(principal=self.principal, operation_id=operation_id))


class CancellationView(Endpoint):
    """Cancel an operation.

    What was done by then stays done. Those of others in your organization take the permission `operations:cancel`.
    """

    audience = Audience.MEMBER
    organization_optional = True
    for_programs = frozenset({"POST"})
    tag = TAG
    raises = (NotFound, AlreadyFinished)

    @extend_schema(request=None, responses={200: OperationSerializer}, examples=shown(answers={200: _CANCELLED}))
    def post(self, request: Request, operation_id: UUID) -> Response:
        return _answer(services.cancel(principal=self.principal, operation_id=operation_id, now=clock.now()))


def _answer(operation: Operation) -> Response:
    headers = {"Retry-After": str(RETRY_AFTER)} if operation.is_open else {}
    return Response(OperationSerializer(operation).data, headers=headers)
