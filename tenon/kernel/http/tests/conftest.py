"""Every test of this folder meets the routes of `routes.py`, without limits and logs of its own."""

import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def _routes(settings):
    settings.ROOT_URLCONF = "tenon.kernel.http.tests.routes"


@pytest.fixture
def client() -> Client:
    """A caller who sees what a real one sees: failures are answers, not exceptions."""
    return Client(raise_request_exception=False)
