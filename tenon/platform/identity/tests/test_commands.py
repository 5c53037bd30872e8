"""The management commands of identity."""

import io
from importlib import import_module

import pytest
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError

from tenon.platform.identity.engines import access_tokens
from tenon.platform.identity.models import User
from tenon.platform.identity.tests.factories import PASSWORD

command = import_module("tenon.platform.identity.management.commands.createsuperuser")


def run(name: str, *args: str) -> str:
    output = io.StringIO()
    call_command(name, *args, stdout=output)
    return output.getvalue()


@pytest.fixture
def environment(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "root@example.com")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)


def test_ours_stands_before_djangos():
    assert get_commands()["createsuperuser"] == "tenon.platform.identity"


@pytest.mark.django_db
def test_a_superuser_from_the_environment(environment):
    assert "root@example.com" in run("createsuperuser", "--noinput")
    user = User.objects.get()
    assert user.is_superuser
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_what_is_not_given_is_asked_for(monkeypatch):
    monkeypatch.delenv("DJANGO_SUPERUSER_EMAIL", raising=False)
    monkeypatch.delenv("DJANGO_SUPERUSER_PASSWORD", raising=False)
    monkeypatch.setattr("builtins.input", lambda prompt: "asked@example.com")
    monkeypatch.setattr(command, "getpass", lambda prompt: PASSWORD)
    run("createsuperuser")
    assert User.objects.get().email == "asked@example.com"


@pytest.mark.django_db
def test_an_address_on_the_command_line_wins(environment):
    run("createsuperuser", "--noinput", "--email", "line@example.com")
    assert User.objects.get().email == "line@example.com"


@pytest.mark.django_db
def test_two_different_passwords_are_refused(monkeypatch):
    monkeypatch.delenv("DJANGO_SUPERUSER_PASSWORD", raising=False)
    answers = iter([PASSWORD, "another"])
    monkeypatch.setattr(command, "getpass", lambda prompt: next(answers))
    with pytest.raises(CommandError, match="differ"):
        run("createsuperuser", "--email", "root@example.com")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_questions_everything_must_be_given(monkeypatch):
    monkeypatch.delenv("DJANGO_SUPERUSER_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="DJANGO_SUPERUSER_PASSWORD"):
        run("createsuperuser", "--noinput", "--email", "root@example.com")


@pytest.mark.django_db
def test_a_refusal_is_told_in_words(environment, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "password")
    with pytest.raises(CommandError, match="too common"):
        run("createsuperuser", "--noinput")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    run("createsuperuser", "--noinput")
    with pytest.raises(CommandError, match="exists already"):
        run("createsuperuser", "--noinput")


def test_the_keys_are_shown(settings):
    settings.JWT_KEY_GENERATION = 3
    lines = run("jwt_keys").splitlines()
    assert lines[0].startswith("Generation 3 ")
    assert [line.split() for line in lines[1:]] == [
        [role, kid] for role, kid in zip(("current", "previous", "next"), access_tokens.accepted_keys(), strict=True)
    ]
