# The index by which those are found whose erasure is due.

from django.db import migrations, models

from tenon.kernel.index_operations import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("identity", "0004_erasure"),
    ]

    operations = [
        AddIndexBesideWrites(
            model_name="user",
            index=models.Index(
                fields=["erases_at"],
                condition=models.Q(erases_at__isnull=False),
                name="identity_user_erases",
            ),
        ),
    ]
