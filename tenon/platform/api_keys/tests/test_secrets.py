"""How a key reads, and that nothing but an unaltered one is believed."""

import re
from collections import Counter
from contextlib import suppress

import pytest

from tenon.kernel import clock
from tenon.platform.api_keys import services
from tenon.platform.api_keys.engines import secrets
from tenon.platform.api_keys.errors import InvalidApiKey
from tenon.platform.api_keys.tests.factories import make_key
from tenon.platform.api_keys.tests.forgeries import forgeries, summed
from tenon.platform.organizations.tests.factories import make_organization
from tenon.testing.client import Api
from tenon.testing.queries import query_budget


def test_a_secret_is_one_of_its_kind_and_read_back():
    made = [secrets.make() for _ in range(200)]
    assert len({each.text for each in made}) == len({each.key_id for each in made}) == 200
    for each in made:
        assert re.fullmatch(secrets.PATTERN, each.text)
        assert secrets.read(each.text) == each
        assert each.text.startswith(f"{secrets.prefix(each.key_id)}_")
        assert summed(each.text.rpartition("_")[0]) == each.text


def test_a_new_secret_of_a_key_has_its_id():
    assert secrets.make("7Kq2xYw9").key_id == "7Kq2xYw9"


@pytest.mark.parametrize("word", ["ab", "abcdefghij"])
def test_an_environment_has_2_to_10_letters(settings, word):
    settings.API_KEY_ENVIRONMENT = word
    made = secrets.make()
    assert secrets.read(made.text) == made


@pytest.mark.django_db
def test_no_forgery_is_believed():
    good = make_key(make_organization().id)
    forged = {text: name for name, text in forgeries(good.secret) if text != good.secret}
    assert len(forged) >= 200
    believed = []
    for text, name in forged.items():
        # A checksum that is wrong costs no query, one that is right a single one.
        with query_budget(1 if secrets.read(text) else 0), suppress(InvalidApiKey):
            services.authenticate(text=text, ip="192.0.2.1", now=clock.now())
            believed.append(name)
    assert believed == []
    assert services.authenticate(text=good.secret, ip="192.0.2.1", now=clock.now()).id == good.key.id


@pytest.mark.django_db
def test_no_forgery_is_believed_over_http():
    good = make_key(make_organization().id)
    path = "/api/v1/api-keys/current/"
    answers: Counter[int] = Counter()
    for number, (_, text) in enumerate(forgeries(good.secret)):
        if text == good.secret or len(text) > 1000 or {"\n", "\0"} & set(text):
            continue  # a header cannot say the last two
        sent = text.encode().decode("latin-1")
        headers = {"X-API-Key": sent} if number % 2 else {"Authorization": f"Bearer {sent}"}
        answers[Api().get(path, headers=headers).status_code] += 1
    assert set(answers) == {401}
    assert answers[401] >= 200
    assert Api(token=good.secret).get(path).status_code == 200
