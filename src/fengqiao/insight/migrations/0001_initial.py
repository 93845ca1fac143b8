
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import fengqiao.core.clock
import fengqiao.core.ids


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0005_rights'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Form',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('name', models.CharField(max_length=80)),
                ('kind', models.CharField(max_length=10)),
                ('suffix', models.CharField(max_length=4)),
                ('document_id', models.UUIDField()),
                ('sha256', models.CharField(max_length=64)),
                ('marks', models.JSONField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('kept_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('orgs', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('as_of', models.DateTimeField()),
                ('state', models.CharField(max_length=8)),
                ('document_id', models.UUIDField()),
                ('sha256', models.CharField(max_length=64)),
                ('cells', models.JSONField()),
                ('approval_id', models.UUIDField(null=True)),
                ('frozen_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('sent_to', models.CharField(blank=True, max_length=100)),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='insight.form')),
            ],
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('figure', models.CharField(max_length=40)),
                ('shift', models.CharField(blank=True, max_length=12)),
                ('grouped', models.BooleanField(default=False)),
                ('digest', models.CharField(max_length=64)),
                ('size', models.IntegerField()),
                ('lines', models.BinaryField()),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='insight.filing')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('filing', 'figure', 'shift', 'grouped'), name='evidence_once')],
            },
        ),
        migrations.AddIndex(
            model_name='form',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['org', '-created_at'], name='form_newest'),
        ),
        migrations.AddConstraint(
            model_name='form',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('org', 'name'), name='form_name_once'),
        ),
        migrations.AddIndex(
            model_name='filing',
            index=models.Index(fields=['org', '-created_at', '-id'], name='filing_newest'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='filing_days'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('frozen_at__isnull', False), ('signed_by__isnull', False), ('state__in', ['frozen', 'sent'])), models.Q(models.Q(('state__in', ['frozen', 'sent']), _negated=True), ('frozen_at', None), ('signed_by', None)), _connector='OR'), name='filing_signed'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='filing_sent'),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'asked'])), fields=('form', 'org', 'first', 'last'), name='filing_one_draft'),
        ),
    ]
