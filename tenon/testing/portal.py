"""A person in front of the portal, over Django's test client."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import Client
from django.urls import reverse

from tenon.kernel import clock
from tenon.platform.identity.services import Device, start_session
from tenon.testing.client import new_address

Answer = Any  # an HttpResponse of the test client, which has `.context` besides


class Browser:
    """Requests of one browser, from an address of its own, signed in as `person` where one is given."""

    def __init__(self, person: Any = None, *, now: Any = None, **options: Any) -> None:
        self.client = Client(headers={"accept": "text/html"}, REMOTE_ADDR=new_address(), **options)
        self.session_id: UUID | None = None
        if person is not None:
            signed_in = start_session(user_id=person.pk, device=Device(), now=now or clock.now())
            self.session_id = signed_in.session_id
            cookie = SessionStore()
            cookie["session_id"] = str(signed_in.session_id)
            cookie.save()
            self.client.cookies[settings.SESSION_COOKIE_NAME] = str(cookie.session_key)

    def get(self, path: str, **query: str) -> Answer:
        """One page."""
        return self.client.get(path, query)

    def post(self, path: str, **values: Any) -> Answer:
        """What a form sends."""
        return self.client.post(path, values)

    def fill_in(self, path: str, **changes: Any) -> Answer:
        """The form of a page as it is shown, with these fields filled in otherwise, sent."""
        form = self.get(path).context["adminform"].form
        shown = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        values = {name: _sent(value) for name, value in {**shown, **changes}.items()}
        return self.post(path, **{name: value for name, value in values.items() if value is not None})

    def act(self, page: str, action: str, *rows: Any) -> Answer:
        """An action for some rows of a list."""
        return self.client.post(page, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True)


def page(model: str, name: str = "changelist", *args: Any) -> str:
    """The path of a page: `page("identity_user", "change", user.pk)`."""
    return reverse(f"admin:{model}_{name}", args=args)


def messages(answer: Answer) -> list[str]:
    """What the page says was done, or was not."""
    return [str(message) for message in answer.context["messages"]]


def allow(person: Any, *codenames: str) -> None:
    """Put somebody into a group of staff with these permissions."""
    group = Group.objects.create(name=f"group of {person.pk}")
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    person.groups.add(group)


def _sent(value: Any) -> Any:
    """A value as a browser sends it; None for what it does not send, such as a switch that is off."""
    if value is None or value is False:
        return None
    if value is True:
        return "on"
    if isinstance(value, list | tuple) or hasattr(value, "values_list"):
        return [getattr(each, "pk", each) for each in value]
    return getattr(value, "pk", value)
