"""A device says whether it runs, as every root of retention does."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0009_sight'),
        ('field', '0003_uploads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='device',
            name='device_ended_why',
        ),
        migrations.AddField(
            model_name='device',
            name='state',
            field=models.CharField(default='running', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_why', ''), ('state', 'running')), models.Q(('ended_at__isnull', False), ('state', 'ended'), models.Q(('ended_why', ''), _negated=True)), _connector='OR'), name='device_ended_why'),
        ),
    ]
