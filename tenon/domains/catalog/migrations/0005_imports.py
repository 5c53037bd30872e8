import django.db.models.deletion
from django.db import migrations, models

import tenon.kernel.clock
import tenon.kernel.fields
import tenon.kernel.ids
import tenon.kernel.tenancy.fields
from tenon.kernel.tenancy.operations import EnableRowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_search"),
        ("organizations", "0002_made_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductImport",
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
                ("file_id", models.UUIDField(blank=True, null=True)),
                ("operation_id", models.UUIDField(blank=True, null=True)),
                ("started_by_id", models.UUIDField(blank=True, null=True)),
                ("dry_run", models.BooleanField(default=False)),
                ("currency", tenon.kernel.fields.ExactCharField(max_length=3)),
                ("line", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("organization", tenon.kernel.tenancy.fields.OrganizationKey()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="RejectedRow",
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
                ("line", models.PositiveIntegerField()),
                ("sku", models.CharField(blank=True, max_length=64)),
                ("reasons", models.JSONField(default=list)),
                ("organization", tenon.kernel.tenancy.fields.OrganizationKey()),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rejections",
                        to="catalog.productimport",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="productimport",
            index=models.Index(fields=["organization", "created_at", "id"], name="catalog_import_list"),
        ),
        migrations.AddIndex(
            model_name="productimport",
            index=models.Index(fields=["started_by_id"], name="catalog_import_by_person"),
        ),
        migrations.AddConstraint(
            model_name="rejectedrow",
            constraint=models.UniqueConstraint(fields=("organization", "run", "line"), name="catalog_rejected_line"),
        ),
        EnableRowLevelSecurity("ProductImport"),
        EnableRowLevelSecurity("RejectedRow"),
    ]
