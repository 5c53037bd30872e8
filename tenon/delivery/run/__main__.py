"""`python -m tenon.delivery.run`: check, prepare, say where, serve; end with all that was started."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.run import checks
from tenon.delivery.run.errors import CannotStart

DATA = Path(__file__).resolve().parents[3] / "var"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenon.delivery.settings.development")
    try:
        checks.require_writable(DATA)  # first of all: settings keep the secret key there
        django.setup()
        return _serve()
    except (CannotStart, ImproperlyConfigured) as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if not _is_part_of(os.environ["DJANGO_SETTINGS_MODULE"], error.name or ""):
            raise
        print(f"run: DJANGO_SETTINGS_MODULE names no module: {error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _is_part_of(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


def _serve() -> int:
    from django.conf import settings
    from django.db import connections

    from tenon.delivery import demo
    from tenon.delivery.run import configuration, preparation, processes
    from tenon.kernel import clock
    from tenon.kernel.env import Env

    # A database that others reach too gets a demo only when somebody asks for it.
    alone = settings.DEBUG and connections["default"].vendor == "sqlite"
    here = configuration.read(Env(os.environ), demo_by_default=alone, sockets=settings.WEBSOCKETS_ENABLED)
    checks.require_free_port(here.host, here.port, variable="PORT")
    checks.require_free_port(here.worker_host, here.worker_port, variable="WORKER_PORT")
    checks.require_database(connections["default"])
    preparation.migrate(say=_say)
    logins = demo.seed(now=clock.now()) if here.demo else []
    if not here.is_local or not settings.DEMO_ALLOWED:
        demo.refuse_published_logins()
    if not settings.DEBUG:  # otherwise they are served out of the packages
        preparation.collect_static(say=_say)
    connections.close_all()

    def announce() -> None:
        _say(f"Tenon answers at {here.address}/")
        _say(f"portal          {here.address}/admin/")
        if settings.API_DOCS_ENABLED:
            _say(f"documentation   {here.address}/api/docs/")
        if settings.WEBSOCKETS_ENABLED:
            _say(f"notifications   {here.socket_address}/ws/notifications/")
        for login in logins:
            _say(f"demo login      {login.email}  {login.password}  ({login.about})")
        _say("Ctrl-C stops it.")

    with TemporaryDirectory(prefix="tenon-metrics-") as counts:
        # All processes count into one folder, whichever of them is asked for /metrics/.
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", counts)
        return processes.supervise(processes.commands(here), ready=here.answers, started=announce, say=_say)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
