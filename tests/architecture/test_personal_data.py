"""Every app whose tables point to a person says what it holds of them, or stands here with the reason why not."""

import re
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db import models

from tenon.kernel.personal_data.registry import holdings
from tests.architecture.test_tables import models_of_all_apps

# App label -> why no holding of its own answers for the rows that its tables have of a person.
WITHOUT_HOLDING: dict[str, str] = {
    "probes": "tables of the tests, which no deployment has",
}
_PERSON = re.compile(
    r"(^|_)(user|person|actor|owner|author|member|customer|recipient|invitee|reviewer|driver|student|guardian|principal|"
    r"caller|account|email|phone|address|ip|user_agent)(_|$)|_by(_id)?$"
)


def pointing_to_a_person(model: type[models.Model]) -> Iterator[str]:
    """The columns that say, or may say, of whom a row is."""
    for field in model._meta.local_concrete_fields:
        if field.related_model is get_user_model() or _PERSON.search(field.attname):
            yield f"{model._meta.label}.{field.name}"


def holders() -> dict[str, list[str]]:
    """App label -> the columns of its tables that point to a person."""
    found: dict[str, list[str]] = {}
    for model in models_of_all_apps():
        if columns := list(pointing_to_a_person(model)):
            found.setdefault(model._meta.app_label, []).extend(columns)
    return found


def test_every_app_that_points_to_a_person_registers_a_holding():
    answered = {holding.name.partition(".")[0] for holding in holdings()}
    silent = {label: columns for label, columns in holders().items() if label not in {*answered, *WITHOUT_HOLDING}}
    assert silent == {}, (
        "Register a tenon.kernel.personal_data.registry.Holding in AppConfig.ready, named like the app's label: how a "
        "person's rows are exported and erased. Or list the app here, with the reason why nobody needs to."
    )


def test_the_list_holds_nothing_else():
    answered = {holding.name.partition(".")[0] for holding in holdings()}
    assert set(WITHOUT_HOLDING) - set(holders()) == set()
    assert set(WITHOUT_HOLDING) & answered == set()
    assert all(reason.strip() for reason in WITHOUT_HOLDING.values())


def test_columns_that_point_to_a_person_are_found():
    assert {"identity.Session.user", "identity.Session.ip", "identity.User.email"} <= set(holders()["identity"])
    assert "organizations.Invitation.invited_by" in holders()["organizations"]
