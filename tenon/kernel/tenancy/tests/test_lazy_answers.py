"""Querysets that outlive their scope: declared early, rendered late, streamed later still. None leaks or loses rows."""

from collections.abc import Iterator

import pytest
from django import forms
from django.http import HttpRequest, StreamingHttpResponse
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import path
from rest_framework import serializers

from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.kernel.tenancy.tests.factories import Tenant
from tenon.testing.probes.models import Part, Probe


class PartForm(forms.ModelForm):
    """Declared at import, where no scope is open."""

    class Meta:
        model = Part
        fields = ["probe", "label"]


class PartSerializer(serializers.ModelSerializer):
    """Declared at import too."""

    probe = serializers.PrimaryKeyRelatedField(queryset=Probe.objects.all())

    class Meta:
        model = Part
        fields = ["probe", "label"]


def template(source: str):
    return engines["django"].from_string(source)


def rendered_late(request: HttpRequest, source: str) -> SimpleTemplateResponse:
    with organization_scope(request.GET["organization"], read_only=True):  # type: ignore[arg-type]
        context = {"probes": Probe.objects.all(), "part": Part.objects.first()}
    return SimpleTemplateResponse(template(SOURCES[source]), context)


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    with organization_scope(request.GET["organization"], read_only=True):  # type: ignore[arg-type]
        return StreamingHttpResponse(lines())


def lines() -> Iterator[str]:
    """Begins to run when the server asks for the first line."""
    for probe in Probe.objects.all():
        yield f"{probe.name}\n"


def streamed_values(request: HttpRequest) -> StreamingHttpResponse:
    with organization_scope(request.GET["organization"], read_only=True):  # type: ignore[arg-type]
        names = list(Probe.objects.values_list("name", flat=True))
    return StreamingHttpResponse(f"{name}\n" for name in names)


SOURCES = {
    "loop": "{% for probe in probes %}{{ probe.name }}{% endfor %}",
    "condition": "{% if probes %}some{% else %}none{% endif %}",
    "count": "{{ probes.count }}",
    "children": "{{ part.probe.name }}",
    "siblings": "{% for part in part.probe.parts.all %}{{ part.label }}{% endfor %}",
}
urlpatterns = [
    path("rendered/<source>", rendered_late),
    path("streamed", streamed),
    path("values", streamed_values),
]


@pytest.fixture
def client(settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client()


@pytest.mark.parametrize("source", SOURCES)
def test_a_template_rendered_after_the_scope_fails_loudly(acme: Tenant, client: Client, source: str):
    with pytest.raises(NoScope):
        client.get(f"/rendered/{source}?organization={acme.id}")


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_template_inside_the_scope_shows_the_rows(acme: Tenant, source: str):
    with organization_scope(acme.id):
        shown = template(SOURCES[source]).render({"probes": Probe.objects.all(), "part": Part.objects.first()})
    assert shown not in ("", "none", "0")


def test_a_body_streamed_after_the_scope_fails_loudly(acme: Tenant, client: Client):
    answer = client.get(f"/streamed?organization={acme.id}")
    with pytest.raises(NoScope):
        b"".join(answer.streaming_content)


def test_values_leave_the_scope(acme: Tenant, client: Client):
    answer = client.get(f"/values?organization={acme.id}")
    assert b"".join(answer.streaming_content).decode() == "probe 0\nprobe 1\nprobe 2\n"


class TestForms:
    def test_it_can_be_made_anywhere_and_rendered_inside_only(self, acme: Tenant, globex: Tenant):
        form = PartForm()
        with pytest.raises(NoScope):
            form.as_p()
        with organization_scope(acme.id):
            shown = PartForm().as_p()
        assert all(str(probe.pk) in shown for probe in acme.probes)
        assert not any(str(probe.pk) in shown for probe in globex.probes)

    def test_it_takes_the_scopes_own_parents_only(self, acme: Tenant, globex: Tenant):
        with organization_scope(acme.id):
            assert not PartForm({"probe": globex.probes[0].pk, "label": "stray"}).is_valid()
            form = PartForm({"probe": acme.probes[0].pk, "label": "new"})
            assert form.is_valid(), form.errors
            assert form.save().organization_id == acme.id

    def test_uniqueness_is_judged_within_the_organization(self, acme: Tenant, globex: Tenant):
        with organization_scope(globex.id):
            Probe.objects.create(name="only here")
        with organization_scope(acme.id):
            Probe(name="only here").full_clean()
            with pytest.raises(forms.ValidationError):
                Probe(name="probe 0").full_clean()


class TestSerializers:
    def test_it_takes_the_scopes_own_parents_only(self, acme: Tenant, globex: Tenant):
        with organization_scope(acme.id):
            assert PartSerializer(data={"probe": acme.probes[0].pk, "label": "new"}).is_valid()
            assert not PartSerializer(data={"probe": globex.probes[0].pk, "label": "stray"}).is_valid()

    def test_without_a_scope_it_fails_loudly(self, acme: Tenant):
        with pytest.raises(NoScope):
            PartSerializer(data={"probe": acme.probes[0].pk, "label": "new"}).is_valid()
