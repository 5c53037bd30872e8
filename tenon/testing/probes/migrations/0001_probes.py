import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tenon.kernel.clock
import tenon.kernel.ids
import tenon.kernel.tenancy.fields
from tenon.kernel.tenancy.operations import EnableRowLevelSecurity


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_organizations_members_invitations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Probe",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenon.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=tenon.kernel.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", tenon.kernel.tenancy.fields.VersionField()),
                ("name", models.CharField(max_length=100)),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("organization", tenon.kernel.tenancy.fields.OrganizationKey()),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenon.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=tenon.kernel.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", tenon.kernel.tenancy.fields.VersionField()),
                ("label", models.CharField(max_length=100)),
                ("organization", tenon.kernel.tenancy.fields.OrganizationKey()),
                (
                    "probe",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="probes.probe"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="probe",
            constraint=models.UniqueConstraint(fields=("organization", "name"), name="probes_probe_name"),
        ),
        EnableRowLevelSecurity("Probe", self_scope_field="holder"),
        EnableRowLevelSecurity("Part"),
    ]
