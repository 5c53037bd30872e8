"""The password hash: its parameters, and how many run at once."""

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher, get_hasher

from tenon.platform.identity.engines import hashers, passwords


def test_parameters_are_those_decided():
    encoded = passwords.hashed("correct-horse-battery-7-staple")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(encoded) <= 128
    assert type(get_hasher()) is hashers.Argon2idHasher


def test_right_and_wrong_passwords():
    encoded = passwords.hashed("correct-horse-battery-7-staple")
    assert passwords.matches("correct-horse-battery-7-staple", encoded) == (True, False)
    assert passwords.matches("correct-horse-battery-7-stapl", encoded) == (False, False)
    assert passwords.matches("", encoded) == (False, False)


def test_an_imported_hash_is_right_and_outdated():
    imported = PBKDF2PasswordHasher().encode("correct-horse-battery-7-staple", "salt-of-an-import", iterations=1000)
    assert passwords.matches("correct-horse-battery-7-staple", imported) == (True, True)


def test_a_hash_with_other_parameters_is_right_and_outdated(monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(hashers.Argon2idHasher, "time_cost", 1)
        encoded = passwords.hashed("correct-horse-battery-7-staple")
    assert passwords.matches("correct-horse-battery-7-staple", encoded) == (True, True)


def test_what_is_no_text_is_never_right():
    encoded = passwords.hashed("correct-horse-battery-7-staple")
    for odd in ("\ud800", "correct-horse-battery-7-staple\0"):
        assert passwords.matches(odd, encoded) == (False, False)


def test_no_more_than_the_bound_run_at_once(monkeypatch):
    bound = 2
    one_too_many = threading.Barrier(bound + 1)
    met: list[bool] = []

    def slow(self, *args):
        # Whoever finds one more than the bound at work goes on with them; else the wait is given up.
        try:
            one_too_many.wait(0.2)
        except threading.BrokenBarrierError:
            met.append(False)
        else:
            met.append(True)

    monkeypatch.setattr(hashers, "_slots", threading.BoundedSemaphore(bound))
    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, name, slow)
        one_too_many.reset()
        threads = [threading.Thread(target=getattr(hashers.Argon2idHasher(), name), args=("p", "s")) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert met == [False] * 12
