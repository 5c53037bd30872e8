from django.db import migrations, models

import tenon.kernel.clock
import tenon.kernel.fields
import tenon.kernel.ids
import tenon.kernel.tenancy.fields
from tenon.domains.catalog.migrations import _skus
from tenon.kernel.tenancy.operations import EnableRowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_imports"),
        ("organizations", "0002_made_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sku",
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
                ("sku", tenon.kernel.fields.ExactCharField(max_length=64)),
                ("organization", tenon.kernel.tenancy.fields.OrganizationKey()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("organization", "sku"), name="catalog_sku_by_sku")],
            },
        ),
        # In no transaction of its own: MariaDB has none for DDL, elsewhere the migration's holds it.
        migrations.RunPython(_skus.install, _skus.remove, atomic=False),
        EnableRowLevelSecurity("Sku"),
    ]
