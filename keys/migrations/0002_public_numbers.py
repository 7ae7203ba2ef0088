"""Numbers typed as +33 (0)6 … were stored as +3306…: store them as they are dialled.

So were 0033 (0)6 … and the overseas +262 (0)692 …: the zero after the code begins the number as dialled in France.
"""

import re

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Concat, Substr

DIALLED = ("speed", "extension", "transfer", "forward", "intercom", "park", "conference")


def repair(apps, schema_editor):
    keys = apps.get_model("keys", "Key").objects.using(schema_editor.connection.alias)
    dialled = keys.filter(function__in=DIALLED)
    for code in ("33", "262", "508", "590", "594", "596"):
        for prefix in ("+", "00"):
            pattern = rf"^{re.escape(prefix)}{code}0[1-9][0-9]{{8}}$"
            start = len(prefix) + len(code) + 2  # behind the zero, counted from 1
            dialled.filter(value__regex=pattern).update(
                value=Concat(Value("0"), Substr("value", start))
            )


class Migration(migrations.Migration):
    dependencies = [("keys", "0001_initial")]

    operations = [migrations.RunPython(repair, migrations.RunPython.noop)]
