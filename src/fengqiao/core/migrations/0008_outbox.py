"""待发短信: messages to parties."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import fengqiao.core.clock
import fengqiao.core.ids
from fengqiao.core.rls import owned


class Migration(migrations.Migration):
    dependencies = [("core", "0007_law")]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('key', models.CharField(max_length=120, unique=True)),
                ('group', models.CharField(max_length=30)),
                ('subject_kind', models.CharField(max_length=20)),
                ('subject_id', models.UUIDField()),
                ('to_name', models.CharField(blank=True, max_length=100)),
                ('to_phone', models.CharField(blank=True, max_length=30)),
                ('text', models.CharField(max_length=500)),
                ('state', models.CharField(default='waiting', max_length=10)),
                ('adapter', models.CharField(blank=True, max_length=20)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['org', 'created_at', 'id'], name='message_waiting'), models.Index(fields=['org', '-created_at', '-id'], name='message_newest'), models.Index(fields=['about'], name='message_about')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('left_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('left_at__isnull', False)), _connector='OR'), name='message_left')],
            },
        ),
        owned("core_message", about="about"),
    ]
