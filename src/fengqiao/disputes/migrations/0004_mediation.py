"""调解: rooms, committees, methods, sessions, recusals, lawyers' rota, co-operation; a visitor's day of departure."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import fengqiao.core.clock
import fengqiao.core.ids
import fengqiao.places.validity
from fengqiao.core.rls import MINE, owned


def kept(table: str) -> migrations.RunSQL:
    """Known to everyone in the house (which rooms, committees and methods there are), written by whose it is."""
    return migrations.RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY seen ON {table} FOR SELECT USING (true)",
            f"CREATE POLICY filed ON {table} FOR INSERT WITH CHECK (org_id = {MINE})",
            f"CREATE POLICY changed ON {table} FOR UPDATE USING (org_id = {MINE}) WITH CHECK (org_id = {MINE})",
            f"GRANT SELECT, INSERT, UPDATE ON {table} TO fengqiao_app",
        ],
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("disputes", "0003_levels"),
        ("core", "0005_rights"),
        ("places", "0002_scope"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Advice',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('topic', models.CharField(max_length=15)),
                ('outcome', models.CharField(max_length=15)),
                ('state', models.CharField(default='given', max_length=8)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('consents', models.BooleanField(null=True)),
                ('came', models.BooleanField(null=True)),
                ('age', models.CharField(blank=True, max_length=6)),
                ('guardian', models.CharField(blank=True, max_length=6)),
                ('guardian_name', models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='Committee',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('number', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('kind', models.CharField(max_length=12)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='CommitteeMember',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Cooperation',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('area', models.CharField(max_length=15)),
                ('day', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Hearing',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('outcome', models.CharField(blank=True, max_length=10)),
                ('performance', models.CharField(blank=True, max_length=15)),
                ('told', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='LawyerSlot',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('starts_at', models.DateTimeField()),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MediationSession',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('kind', models.CharField(max_length=15)),
                ('way', models.CharField(max_length=8)),
                ('tier', models.CharField(blank=True, max_length=10)),
                ('origin', models.CharField(max_length=10)),
                ('state', models.CharField(default='planned', max_length=10)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('used', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, size=None)),
                ('language', models.CharField(blank=True, max_length=6)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Method',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('name', models.CharField(max_length=60)),
                ('form', models.CharField(max_length=8)),
                ('steps', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('methods', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('ground', models.CharField(max_length=10)),
                ('asked_by', models.CharField(max_length=10)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('granted', models.BooleanField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('kind', models.CharField(max_length=10)),
                ('brand', models.CharField(blank=True, max_length=60)),
                ('agencies', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), blank=True, default=list, size=None)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SessionMediator',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('capacity', models.CharField(max_length=10)),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ('released_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='dispute',
            name='departs_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='dispute',
            index=models.Index(condition=models.Q(('departs_on__isnull', False), models.Q(('state__in', ['closed', 'withdrawn']), _negated=True)), fields=['org', 'departs_on', 'id'], name='dispute_departs'),
        ),
        migrations.AddField(
            model_name='advice',
            name='host',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='advice',
            name='lawyer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='advice',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.party'),
        ),
        migrations.AddField(
            model_name='committee',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='committeemember',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='committeemember',
            name='committee',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='disputes.committee'),
        ),
        migrations.AddField(
            model_name='committeemember',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='cooperation',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='cooperation',
            name='partner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='cooperation',
            name='regarding',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='hearing',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='hearing',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='lawyerslot',
            name='lawyer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='lawyerslot',
            name='lawyer_org',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='lawyerslot',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='advice',
            name='slot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='advice', to='disputes.lawyerslot'),
        ),
        migrations.AddField(
            model_name='mediationsession',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='mediationsession',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='mediationsession',
            name='planned_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='mediationsession',
            name='reservation',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.reservation'),
        ),
        migrations.AddField(
            model_name='mediationsession',
            name='slot',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='disputes.lawyerslot'),
        ),
        migrations.AddField(
            model_name='hearing',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hearings', to='disputes.mediationsession'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='disputes.mediationsession'),
        ),
        migrations.AddField(
            model_name='method',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='mediationsession',
            name='method',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='disputes.method'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recusal',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='recusal',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='party',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.party'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='substitute',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='room',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='room',
            name='venue',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.venue'),
        ),
        migrations.AddField(
            model_name='mediationsession',
            name='room',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='disputes.room'),
        ),
        migrations.AddField(
            model_name='lawyerslot',
            name='room',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.room'),
        ),
        migrations.AddField(
            model_name='sessionmediator',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sessionmediator',
            name='committee',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.committee'),
        ),
        migrations.AddField(
            model_name='sessionmediator',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='sessionmediator',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='sessionmediator',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mediators', to='disputes.mediationsession'),
        ),
        migrations.AddConstraint(
            model_name='committee',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='committee_lasting'),
        ),
        migrations.AddIndex(
            model_name='committeemember',
            index=models.Index(fields=['account'], name='member_account'),
        ),
        migrations.AddConstraint(
            model_name='committeemember',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='member_lasting'),
        ),
        migrations.AddConstraint(
            model_name='committeemember',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('committee', '='), ('account', '='), (fengqiao.places.validity.Days('since', 'until', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='member_once_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='cooperation',
            index=models.Index(fields=['org', '-day', '-id'], name='cooperation_newest'),
        ),
        migrations.AddIndex(
            model_name='cooperation',
            index=models.Index(fields=['partner', '-day', '-id'], name='cooperation_partner'),
        ),
        migrations.AddIndex(
            model_name='advice',
            index=models.Index(fields=['host', '-at'], name='advice_host'),
        ),
        migrations.AddIndex(
            model_name='advice',
            index=models.Index(fields=['lawyer', '-at'], name='advice_lawyer'),
        ),
        migrations.AddIndex(
            model_name='hearing',
            index=models.Index(fields=['about'], name='hearing_about'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.UniqueConstraint(fields=('session', 'dispute'), name='hearing_once'),
        ),
        migrations.AddConstraint(
            model_name='hearing',
            constraint=models.CheckConstraint(condition=models.Q(('told', False), ('outcome__in', ['settled', 'failed']), _connector='OR'), name='hearing_told'),
        ),
        migrations.AddIndex(
            model_name='attendance',
            index=models.Index(fields=['about'], name='attendance_about'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('session', 'party'), name='attendance_once'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('age', 'child'), _negated=True), ('guardian', 'with'), _connector='OR'), name='attendance_child'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('age', 'minor'), _negated=True), models.Q(('guardian', ''), _negated=True), _connector='OR'), name='attendance_minor'),
        ),
        migrations.AddConstraint(
            model_name='method',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('org', 'name'), name='method_once'),
        ),
        migrations.AddConstraint(
            model_name='method',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('form', 'steps'), _negated=True), models.Q(('methods__len', 10), ('steps__len', 3)), _connector='OR'), name='method_three_ten'),
        ),
        migrations.AddConstraint(
            model_name='method',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('form', 'hearts'), _negated=True), models.Q(('methods__len', 5), ('steps__len', 0)), _connector='OR'), name='method_five'),
        ),
        migrations.AddIndex(
            model_name='recusal',
            index=models.Index(fields=['about'], name='recusal_about'),
        ),
        migrations.AddConstraint(
            model_name='recusal',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('dispute', 'account'), name='recusal_open_once'),
        ),
        migrations.AddConstraint(
            model_name='recusal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('granted', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('granted__isnull', False)), _connector='OR'), name='recusal_decided'),
        ),
        migrations.AddIndex(
            model_name='mediationsession',
            index=models.Index(fields=['org', 'starts_at'], name='session_by_day'),
        ),
        migrations.AddIndex(
            model_name='mediationsession',
            index=models.Index(fields=['about'], name='session_about'),
        ),
        migrations.AddIndex(
            model_name='mediationsession',
            index=models.Index(condition=models.Q(('method__isnull', False)), fields=['org', 'method'], name='session_by_method'),
        ),
        migrations.AddConstraint(
            model_name='mediationsession',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='session_lasts'),
        ),
        migrations.AddConstraint(
            model_name='mediationsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('way', 'room'), _negated=True), models.Q(('reservation__isnull', False), ('room__isnull', False)), _connector='OR'), name='session_room'),
        ),
        migrations.AddConstraint(
            model_name='mediationsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'planned')), models.Q(models.Q(('state', 'planned'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='session_ended'),
        ),
        migrations.AddIndex(
            model_name='lawyerslot',
            index=models.Index(fields=['org', 'starts_at'], name='slot_by_day'),
        ),
        migrations.AddIndex(
            model_name='lawyerslot',
            index=models.Index(fields=['lawyer', 'starts_at'], name='slot_lawyer'),
        ),
        migrations.AddConstraint(
            model_name='lawyerslot',
            constraint=models.CheckConstraint(condition=models.Q(('during__isempty', False)), name='slot_lasts'),
        ),
        migrations.AddConstraint(
            model_name='lawyerslot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lawyer', None), ('lawyer_org', None)), models.Q(('lawyer__isnull', False), ('lawyer_org__isnull', False)), _connector='OR'), name='slot_whole'),
        ),
        migrations.AddConstraint(
            model_name='lawyerslot',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('cancelled_at', None)), expressions=[('lawyer', '='), ('during', '&&')], name='lawyer_once_at_a_time'),
        ),
        migrations.AddIndex(
            model_name='sessionmediator',
            index=models.Index(fields=['about'], name='mediator_about'),
        ),
        migrations.AddConstraint(
            model_name='sessionmediator',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('capacity', 'committee'), _negated=True), ('committee__isnull', False), _connector='OR'), name='mediator_of_committee'),
        ),
        migrations.AddConstraint(
            model_name='sessionmediator',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('released_at', None)), expressions=[('account', '='), ('during', '&&')], name='mediator_once_at_a_time'),
        ),
        kept("disputes_room"),
        kept("disputes_committee"),
        kept("disputes_committeemember"),
        kept("disputes_method"),
        owned("disputes_lawyerslot", also="lawyer_org_id"),
        owned("disputes_advice", also="host_id"),
        *[
            owned(f"disputes_{table}", about="about")
            for table in ("mediationsession", "hearing", "sessionmediator", "attendance", "recusal")
        ],
        owned("disputes_cooperation", about="about", also="partner_id"),
    ]
