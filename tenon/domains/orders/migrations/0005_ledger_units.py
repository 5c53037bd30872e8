from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_waiting_indexes")]

    operations = [
        migrations.AddField(
            model_name="ledgerentry",
            name="units",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
    ]
