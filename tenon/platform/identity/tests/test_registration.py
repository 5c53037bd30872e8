"""Making accounts."""

import pytest
from django.db import transaction

from tenon.kernel.outbox.models import Entry
from tenon.platform.identity import services
from tenon.platform.identity.errors import EmailTaken, InvalidEmail, InvalidName, WeakPassword
from tenon.platform.identity.models import User
from tenon.platform.identity.tests import outbox
from tenon.platform.identity.tests.factories import NOW, PASSWORD, make_user, new_address

pytestmark = pytest.mark.django_db


def register(**values):
    return services.register(**{"email": new_address(), "password": PASSWORD, "now": NOW, **values})


def test_a_new_account_is_active_and_not_verified():
    facts = register(email=" Ada@Example.com ", username="ada", first_name="Ada", last_name="Lovelace")
    user = User.objects.get(pk=facts.id)
    assert (facts.email, facts.full_name, facts.date_joined) == ("Ada@Example.com", "Ada Lovelace", NOW)
    assert (facts.is_active, facts.is_verified, facts.is_staff) == (True, False, False)
    assert user.email_normalized == "ada@example.com"
    assert user.password.startswith("argon2$argon2id$")
    assert not user.is_superuser


def test_the_link_and_the_event_go_with_the_account():
    facts = register()
    assert outbox.events() == [("identity.user_registered", {"user_id": str(facts.id), "is_superuser": False})]
    assert outbox.jobs("identity.send_verification") == [{"address": facts.email}]


def test_an_operator_may_vouch_for_an_address():
    assert register(verified=True).is_verified
    assert outbox.event_names() == ["identity.user_registered"]
    assert outbox.jobs("identity.send_verification") == []


def test_what_is_stored_for_the_job_does_not_show_the_address():
    facts = register()
    assert all(facts.email not in str(payload) for payload in Entry.objects.values_list("payload", flat=True))


@pytest.mark.parametrize("spelling", ["ada@example.com", "ADA@example.COM", "ada@ｅxample.com"])  # noqa: RUF001
def test_an_address_belongs_to_one_account(spelling: str):
    make_user(email="Ada@Example.com")
    with pytest.raises(EmailTaken) as refusal:
        register(email=spelling)
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [("/email", "email_taken")]
    assert User.objects.count() == 1
    assert outbox.events() == []


@pytest.mark.parametrize(
    "name", ["Ada\r\nBcc: all", "Ada\n", "\x1b[2J", "\x9b2J", "Ada\u2028", "\x7f", "Ada\tL", "\ud800"]
)
@pytest.mark.parametrize("field", ["username", "first_name", "last_name"])
def test_a_name_is_one_line_of_text(field: str, name: str):
    with pytest.raises(InvalidName) as refusal:
        register(**{field: name})
    assert [(fault.pointer, fault.code) for fault in refusal.value.errors] == [(f"/{field}", "invalid_name")]
    assert not User.objects.exists()


def test_names_may_be_of_any_language():
    name = "Zo\u00eb O'Brien \u738b \u0645\u06cc\u200c\u062e"
    assert register(username=name, first_name=name).username == name


def test_accents_make_another_address():
    make_user(email="jose@b\u00fccher.example")
    register(email="jose@bucher.example")
    assert User.objects.count() == 2


def test_a_taken_address_leaves_the_callers_transaction_usable():
    make_user(email="ada@example.com")
    with transaction.atomic():
        with pytest.raises(EmailTaken):
            register(email="ada@example.com")
        assert User.objects.count() == 1


def test_display_names_need_not_be_unique():
    register(username="ada")
    register(username="ada")
    assert User.objects.filter(username="ada").count() == 2


def test_what_is_no_address_is_refused():
    with pytest.raises(InvalidEmail):
        register(email="ada")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("Xq7!vB2", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("password123", "password_too_common"),
        ("8273649182736491", "password_entirely_numeric"),
        ("grace-hopper", "password_too_similar"),
        ("surrogate \ud800 inside", "invalid"),
        ("nothing \0 inside", "invalid"),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(password: str, code: str):
    with pytest.raises(WeakPassword) as refusal:
        register(username="grace-hopper", password=password)
    assert code in {fault.code for fault in refusal.value.errors}
    assert {fault.pointer for fault in refusal.value.errors} == {"/password"}
    assert not User.objects.exists()


def test_every_broken_rule_is_told_at_once():
    with pytest.raises(WeakPassword) as refusal:
        register(email="ada@example.com", password="123456")
    assert [fault.code for fault in refusal.value.errors] == [
        "password_too_short",
        "password_too_common",
        "password_entirely_numeric",
    ]


def test_128_characters_of_any_script_are_welcome():
    register(password="пароль-" + "ж" * 121)
    assert User.objects.count() == 1


def test_a_superuser_is_verified_and_gets_no_letter():
    facts = services.create_superuser(email="Root@Example.com", password=PASSWORD, now=NOW)
    user = User.objects.get(pk=facts.id)
    assert (user.is_superuser, user.is_staff, user.is_verified, user.is_active) == (True, True, True, True)
    told = [event for event in outbox.events() if event[0].startswith("identity.")]
    assert told == [("identity.user_registered", {"user_id": str(facts.id), "is_superuser": True})]
    assert outbox.jobs("identity.send_verification") == []
    with pytest.raises(EmailTaken):
        services.create_superuser(email="root@example.com", password=PASSWORD, now=NOW)


def test_a_superuser_needs_a_good_password_and_address_too():
    with pytest.raises(WeakPassword):
        services.create_superuser(email="root@example.com", password="password", now=NOW)
    with pytest.raises(InvalidEmail):
        services.create_superuser(email="root", password=PASSWORD, now=NOW)


def test_saving_an_account_keeps_the_normalized_address_in_step():
    user = make_user(email="Ada@Example.com")
    user.email = "Ada@Elsewhere.Example"
    user.save(update_fields=["email"])
    user.refresh_from_db()
    assert user.email_normalized == "ada@elsewhere.example"


def test_django_finds_accounts_by_any_spelling():
    user = make_user(email="Ada@Example.com")
    assert User.objects.get_by_natural_key("ADA@EXAMPLE.COM") == user
    assert user.get_username() == "ada@example.com"
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(None)
