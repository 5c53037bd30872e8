# The index by which the operators' numbers are counted.

from django.db import migrations, models

from tenon.kernel.index_operations import AddIndexBesideWrites


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("organizations", "0001_organizations_members_invitations"),
    ]

    operations = [
        AddIndexBesideWrites(
            model_name="organization",
            index=models.Index(fields=["created_at"], name="organizations_made"),
        ),
    ]
