from django.db import migrations, models

import tenon.kernel.clock
import tenon.kernel.ids
import tenon.kernel.tenancy.fields
from tenon.domains.catalog.migrations import _search
from tenon.kernel.tenancy.operations import EnableRowLevelSecurity


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_reviews_wishlists"),
        ("organizations", "0002_made_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchDocument",
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
                ("is_active", models.BooleanField()),
                ("name", models.TextField()),
                ("name_words", models.PositiveSmallIntegerField()),
                ("keywords", models.TextField(blank=True)),
                ("details", models.TextField(blank=True)),
                ("description", models.TextField(blank=True)),
                ("row", models.BigIntegerField(blank=True, null=True)),
                ("organization", tenon.kernel.tenancy.fields.OrganizationKey()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        # In no transaction of its own: MariaDB has none for DDL, elsewhere the migration's holds it.
        migrations.RunPython(_search.install, _search.remove, atomic=False),
        EnableRowLevelSecurity("SearchDocument"),
    ]
