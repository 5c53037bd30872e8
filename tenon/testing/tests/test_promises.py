"""The watch over what operations answer."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from tenon.kernel.errors import Conflict, NotFound
from tenon.kernel.http import problems
from tenon.kernel.http.audience import Audience
from tenon.kernel.http.views import Endpoint
from tenon.testing import promises


class Taken(Conflict):
    code = "taken"


class View(Endpoint):
    audience = Audience.PUBLIC
    throttle_classes = ()
    raises = {"POST": (Taken,)}

    @extend_schema(responses={201: None, 403: dict})
    def post(self, request):
        return Response()

    def get(self, request):
        return Response()


# The views of a test's own module are let be.
View.__module__ = "tenon.platform.shop.api"


@pytest.fixture(autouse=True)
def _promises_are_kept():
    """The suite's own watch looks away: here it is watched."""


def fault(method, answer, **parameters):
    view = View()
    view.kwargs = parameters
    return promises.broken(view, SimpleNamespace(method=method, path="/x/"), answer)


def test_what_is_declared_is_fine():
    assert fault("POST", problems.answer(Taken())) == ""
    assert fault("POST", HttpResponse(status=201)) == ""
    assert fault("POST", HttpResponse(status=403)) == ""
    assert fault("HEAD", HttpResponse(status=304)) == ""
    assert fault("GET", problems.answer(NotFound()), thing_id=1) == ""


@pytest.mark.parametrize(
    ("method", "answer", "told"),
    [
        ("GET", problems.answer(Taken()), "answered the problem 409 taken."),
        ("POST", problems.answer(Conflict()), "answered the problem 409 conflict."),
        ("GET", problems.answer(NotFound()), "answered the problem 404 not_found."),
        ("POST", HttpResponse(status=200), "answered 200 with a body of its own."),
    ],
)
def test_what_is_not_declared_is_found(method, answer, told):
    assert fault(method, answer).endswith(told)


def test_the_block_fails_at_its_end(rf):
    with pytest.raises(AssertionError, match="200 with a body of its own"), promises.kept():
        View.as_view()(rf.post("/x/"))
