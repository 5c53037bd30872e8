"""The API: one WSGI application, served by granian (`make run`) or any WSGI server."""

import os

from tenon.delivery.loading import end_on_signals_while_loading

end_on_signals_while_loading()

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402 (loading it is what takes the time)

from tenon.kernel.http.bodies import BoundedBodies  # noqa: E402
from tenon.kernel.tenancy.startup import check_database_role  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon.delivery.settings.production")
application = BoundedBodies(get_wsgi_application(), readers=max(1, settings.API_THREADS - 1))
check_database_role()

from tenon.delivery.demo import check_published_logins  # noqa: E402 (the apps must be ready first)

check_published_logins()
