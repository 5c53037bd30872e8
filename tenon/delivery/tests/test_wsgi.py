"""The API is one WSGI application (PEP 3333), which any WSGI server can serve."""

from wsgiref.util import setup_testing_defaults

import pytest


@pytest.mark.django_db
def test_it_answers():
    from tenon.delivery.wsgi import application

    environ: dict[str, object] = {"PATH_INFO": "/health/live/"}
    setup_testing_defaults(environ)
    started: list[str] = []
    body = b"".join(application(environ, lambda status, headers, exc_info=None: started.append(status)))
    assert started == ["200 OK"]
    assert body
