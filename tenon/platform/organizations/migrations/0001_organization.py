from django.db import migrations, models

import tenon.kernel.clock
import tenon.kernel.ids
import tenon.kernel.tenancy.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organization",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tenon.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("slug", models.SlugField(max_length=63, unique=True)),
                ("created_at", models.DateTimeField(default=tenon.kernel.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", tenon.kernel.tenancy.fields.VersionField()),
            ],
        ),
    ]
