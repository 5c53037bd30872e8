"""The people of the sockets' proof, made and told by `python -m tests.proofs.sockets_house`.

people NUMBER      makes that many accounts that are signed in; prints an access token a line
announce TEXT      tells everybody; the relay does it in batches
tell TEXT FIRST LAST   tells each of the people FIRST to LAST, in one transaction each
"""

import sys

import django

django.setup()

from django.db import transaction  # noqa: E402 (the apps must be ready first)

from tenon.kernel import clock  # noqa: E402
from tenon.kernel.ids import new_id  # noqa: E402
from tenon.platform.identity import services as identity  # noqa: E402
from tenon.platform.identity.models import User  # noqa: E402
from tenon.platform.notifications import services  # noqa: E402
from tenon.platform.notifications.policies import own  # noqa: E402


def people(number: int) -> None:
    now = clock.now()
    for place in range(number):
        user = User.objects.create(
            id=new_id(), email=f"listener-{place}@example.com", is_verified=True, date_joined=now, password="!"
        )
        signed_in = identity.start_session(user_id=user.pk, device=identity.Device(user_agent="proof"), now=now)
        sys.stdout.write(f"{signed_in.access}\n")


def announce(text: str) -> None:
    services.announce(message=text, actor_id=None, now=clock.now())


def tell(text: str, first: int, last: int) -> None:
    for place in range(first, last + 1):
        ids = list(User.objects.filter(email=f"listener-{place}@example.com").values_list("pk", flat=True))
        with transaction.atomic():
            services.notify(recipient_ids=ids, kind=own.ANNOUNCEMENT, values={"text": text})


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["people", number]:
            people(int(number))
        case ["announce", text]:
            announce(text)
        case ["tell", text, first, last]:
            tell(text, int(first), int(last))
        case _:
            sys.exit(__doc__)
