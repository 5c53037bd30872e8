# The index by which the operators' numbers are counted.

from django.db import migrations, models

from tenon.kernel.index_operations import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("identity", "0002_magic_codes"),
    ]

    operations = [
        AddIndexBesideWrites(
            model_name="user",
            index=models.Index(fields=["date_joined"], name="identity_user_joined"),
        ),
    ]
