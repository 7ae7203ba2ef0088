"""Numbers typed as +33 (0)6 … were stored as +3306…: store them as they are dialled."""

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Concat, Substr

DIALLED = ("speed", "extension", "transfer", "forward", "intercom", "park", "conference")


def repair(apps, schema_editor):
    keys = apps.get_model("keys", "Key").objects.using(schema_editor.connection.alias)
    broken = keys.filter(function__in=DIALLED, value__regex=r"^\+330[1-9][0-9]{8}$")
    broken.update(value=Concat(Value("0"), Substr("value", 5)))


class Migration(migrations.Migration):
    dependencies = [("keys", "0001_initial")]

    operations = [migrations.RunPython(repair, migrations.RunPython.noop)]
