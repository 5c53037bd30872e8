"""What the environment says about pushes and sockets."""

from pathlib import Path

import pytest
from channels_redis.core import RedisChannelLayer  # type: ignore[import-untyped]
from django.core.exceptions import ImproperlyConfigured

from tenon.delivery.settings.notifications import from_environment, layers
from tenon.kernel.env import Env

APPLE = {"APNS_KEY_ID": "ABC", "APNS_TEAM_ID": "DEF", "APNS_TOPIC": "com.example.app"}


def read(**environ: str) -> dict[str, object]:
    return from_environment(Env(environ), websockets_by_default=False)


def test_without_anything_there_are_no_pushes_and_no_sockets():
    found = read()
    assert (found["FCM_CREDENTIALS"], found["APNS_KEY"], found["WEBSOCKETS_ENABLED"]) == ("", "", False)
    assert found["APNS_HOST"] == "api.push.apple.com"
    assert read(APNS_SANDBOX="true")["APNS_HOST"] == "api.sandbox.push.apple.com"


def test_keys_are_given_as_text_or_as_files(tmp_path: Path):
    file = tmp_path / "key.p8"
    file.write_text("-----BEGIN PRIVATE KEY-----\n…")
    assert read(APNS_KEY=str(file), **APPLE)["APNS_KEY"] == "-----BEGIN PRIVATE KEY-----\n…"
    assert read(APNS_KEY="-----BEGIN PRIVATE KEY-----\\nx", **APPLE)["APNS_KEY"] == "-----BEGIN PRIVATE KEY-----\nx"
    assert read(FCM_CREDENTIALS='{"a": "\\n"}')["FCM_CREDENTIALS"] == '{"a": "\\n"}'
    with pytest.raises(ImproperlyConfigured, match="FCM_CREDENTIALS"):
        read(FCM_CREDENTIALS=str(tmp_path / "missing.json"))


def test_a_key_of_apple_needs_its_names():
    with pytest.raises(ImproperlyConfigured, match="APNS_KEY needs APNS_TEAM_ID, APNS_TOPIC"):
        read(APNS_KEY="-----BEGIN", APNS_KEY_ID="ABC")


def test_the_layer_is_in_redis_where_there_is_one():
    assert layers("", prefix="tenon")["default"]["BACKEND"].endswith("InMemoryChannelLayer")
    shared = layers("redis://127.0.0.1:6379/0", prefix="tenon")["default"]
    assert shared["BACKEND"] == "channels_redis.core.RedisChannelLayer"
    assert shared["CONFIG"]["prefix"] == "tenon:channels"


def test_redis_is_given_longer_than_a_wait_for_something_to_come():
    [host] = layers("redis://127.0.0.1:6379/0", prefix="tenon")["default"]["CONFIG"]["hosts"]
    assert host["address"] == "redis://127.0.0.1:6379/0"
    assert host["socket_timeout"] > RedisChannelLayer.brpop_timeout
