from django.db import migrations

from tenon.domains.catalog.migrations import _search_sets


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_low_stock")]

    operations = [migrations.RunPython(_search_sets.install, _search_sets.remove)]
