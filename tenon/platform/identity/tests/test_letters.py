"""From the request to the letter in the mail box: jobs, templates, links."""

import re

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives

from tenon.kernel import clock
from tenon.kernel.outbox import registry
from tenon.kernel.outbox.relay import drain
from tenon.platform.identity import services
from tenon.platform.identity.models import Session, User
from tenon.platform.identity.tests.factories import PASSWORD, make_user, new_address, new_device, start_session

pytestmark = pytest.mark.django_db

OTHER = "quite-another-horse-9-battery"


def html_of(letter: EmailMessage) -> str:
    assert isinstance(letter, EmailMultiAlternatives)
    return str(letter.alternatives[0][0])


def test_from_registration_to_a_verified_address(settings):
    now, address = clock.now(), new_address()
    services.register(email=address, password=PASSWORD, username="Buy at evil.example", first_name="Buy", now=now)
    drain()
    (letter,) = mail.outbox
    assert letter.to == [address]
    assert letter.subject == "Verify your email address"
    # Whoever registers somebody else's address does not get to write to them.
    assert letter.body.startswith("Hello,\n\nplease open this link")
    assert "Buy" not in letter.body + html_of(letter)
    assert "24 hours" in letter.body
    link = re.search(rf"{settings.SITE_URL}/api/verify/([0-9a-f-]{{36}})/", str(letter.body))
    assert link is not None
    assert link[0] in html_of(letter)
    assert services.verify_email(token=link[1], now=clock.now()).is_verified


def test_from_a_forgotten_password_to_a_new_one(settings):
    user = make_user()
    start_session(user, now=clock.now())
    services.request_password_reset(email=user.email, now=clock.now())
    drain()
    letter = mail.outbox[0]
    assert letter.subject == "Choose a new password"
    assert letter.body.startswith("Hello,\n\n")
    assert "30 minutes" in letter.body
    link = re.search(rf"{settings.SITE_URL}/reset-password/#token=([\w-]{{43}})", str(letter.body))
    assert link is not None
    assert link[0] in html_of(letter)
    services.reset_password(token=link[1], password=OTHER, now=clock.now())
    drain()
    notice = mail.outbox[1]
    assert notice.subject == "Your password was changed"
    assert "If this was not you" in notice.body
    assert "If this was not you" in html_of(notice)
    assert not Session.objects.live(clock.now()).exists()


def test_from_a_magic_code_to_an_account(settings):
    settings.MAGIC_LINK_VERIFY_URL = "https://app.example.com/magic-verify?lang=en"
    address = new_address()
    challenge = services.request_magic_code(email=address, device=new_device(), now=clock.now())
    drain()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([address], "Your sign-in code")
    assert letter.body.startswith("Hello,\n\nthis is the code that you sign in with:\n\n")
    assert "15 minutes" in letter.body
    code = re.search(r"^\d{8}$", str(letter.body), re.MULTILINE)
    link = re.search(r"https://app\.example\.com/magic-verify\?lang=en&token=[\w-]{43}\n", str(letter.body))
    assert code is not None
    assert link is not None
    assert f"<code>{code[0]}</code>" in html_of(letter)
    assert link[0].strip().replace("&", "&amp;") in html_of(letter)
    signed_in = services.verify_magic_code(
        token=code[0], challenge_id=challenge.challenge_id, device=new_device(), now=clock.now()
    )
    assert signed_in.user.email == address


@pytest.mark.parametrize(("verified", "greeting"), [(True, "Hello A <b>& 'Co',"), (False, "Hello,")])
def test_a_letter_says_a_name_only_to_a_verified_address(verified, greeting):
    user = make_user(username="A <b>& 'Co'", is_verified=verified)
    services.request_password_reset(email=user.email, now=clock.now())
    drain()
    (letter,) = mail.outbox
    assert letter.body.startswith(f"{greeting}\n\n")
    assert ("Hello A &lt;b&gt;&amp; &#x27;Co&#x27;," in html_of(letter)) is verified


def test_nobody_is_written_to_who_has_no_account():
    services.request_password_reset(email=new_address(), now=clock.now())
    services.resend_verification(email=new_address(), now=clock.now())
    services.resend_verification(email=make_user().email, now=clock.now())
    drain()
    assert mail.outbox == []


def test_purging_is_a_job_on_a_schedule():
    start_session(make_user(), now=clock.now().replace(year=2020))
    registry.job_named("identity.purge").run()
    assert not Session.objects.exists()
    assert "identity.purge" in registry.schedules()
    assert User.objects.count() == 1
