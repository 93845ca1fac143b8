"""A file may come while its announcement is held."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('field', '0002_scope'),
    ]

    operations = [
        migrations.AlterField(
            model_name='upload',
            name='about',
            field=models.UUIDField(null=True),
        ),
    ]
