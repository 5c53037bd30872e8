"""Who asks about an order: somebody signed in, or a guest with the token that they got when they ordered."""

from drf_spectacular.utils import OpenApiParameter

from tenon.domains.orders.engines import guests
from tenon.domains.orders.policies import Shopper
from tenon.kernel.http.views import Endpoint

HEADER = "X-Order-Token"
TOKEN = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    required=False,
    description="The token that a guest was given with the order.",
)


class OrderEndpoint(Endpoint):
    """A route about orders."""

    tag = "Orders"

    @property
    def shopper(self) -> Shopper:
        """Whoever asks."""
        return Shopper(self.principal, guests.order_of(self.request.headers.get(HEADER, "")))

    def anonymous_caller(self) -> str:
        """A guest is who has the token, from whichever network."""
        return self.request.headers.get(HEADER, "") or super().anonymous_caller()
