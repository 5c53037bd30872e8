"""The API: one WSGI application, served by granian (`make run`) or any WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from tenon.kernel.tenancy.startup import check_database_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon.delivery.settings.production")
application = get_wsgi_application()
check_database_role()
