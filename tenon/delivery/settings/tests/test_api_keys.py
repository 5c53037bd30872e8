"""The word in API keys."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.settings import api_keys
from tenon.kernel.env import Env


def test_a_deployment_names_its_keys():
    assert api_keys.environment(Env({}), default="live") == "live"
    assert api_keys.environment(Env({"API_KEY_ENVIRONMENT": "staging"}), default="live") == "staging"


@pytest.mark.parametrize("word", ["x", "LIVE", "a_b", "elevenchars"])
def test_a_wrong_word_names_its_variable(word):
    with pytest.raises(ImproperlyConfigured, match="API_KEY_ENVIRONMENT"):
        api_keys.environment(Env({"API_KEY_ENVIRONMENT": word}), default="live")
