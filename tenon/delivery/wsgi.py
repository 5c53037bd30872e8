"""The API: one WSGI application, served by granian (`make run`) or any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon.delivery.settings.production")
application = get_wsgi_application()
