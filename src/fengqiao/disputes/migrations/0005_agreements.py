"""协议、履行与回访."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import fengqiao.core.clock
import fengqiao.core.ids
from fengqiao.core.rls import owned

SUMS = """
CREATE FUNCTION disputes_sums() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  which uuid;
  total numeric;
  split numeric;
BEGIN
  IF TG_TABLE_NAME = 'disputes_agreement' THEN which := NEW.id; ELSE which := coalesce(NEW.agreement_id, OLD.agreement_id); END IF;
  SELECT a.total INTO total FROM disputes_agreement a WHERE a.id = which;
  SELECT coalesce(sum(o.amount), 0) INTO split FROM disputes_obligation o WHERE o.agreement_id = which;
  IF total <> split THEN
    RAISE EXCEPTION 'obligations of agreement % add up to %, not to its total %', which, split, total
      USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_adds_up';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER agreement_adds_up AFTER INSERT OR UPDATE ON disputes_agreement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disputes_sums();
CREATE CONSTRAINT TRIGGER obligation_adds_up AFTER INSERT OR UPDATE OR DELETE ON disputes_obligation
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disputes_sums();
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0004_mediation"), ("core", "0008_outbox")]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('round', models.SmallIntegerField()),
                ('form', models.CharField(max_length=12)),
                ('kind', models.CharField(max_length=15)),
                ('total', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('content', models.TextField(default='')),
                ('status', models.BooleanField(default=False)),
                ('effective_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('handed_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('court_name', models.CharField(blank=True, max_length=100)),
                ('applied_on', models.DateField()),
                ('accepted_on', models.DateField(blank=True, null=True)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('result', models.CharField(blank=True, max_length=15)),
                ('number', models.CharField(blank=True, max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('seq', models.SmallIntegerField()),
                ('kind', models.CharField(max_length=10)),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('paid', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('text', models.CharField(blank=True, max_length=300)),
                ('agreed_on', models.DateField(default=fengqiao.core.clock.today)),
                ('due_on', models.DateField()),
                ('state', models.CharField(default='pending', max_length=10)),
                ('overdue_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Performance',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('on', models.DateField()),
                ('proof', models.CharField(max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=fengqiao.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=fengqiao.core.clock.now)),
                ('version', models.IntegerField(default=1)),
                ('about', models.UUIDField()),
                ('why', models.CharField(max_length=10)),
                ('round', models.SmallIntegerField()),
                ('happened', models.TextField(default='')),
                ('missed', models.TextField(blank=True)),
                ('change', models.TextField(default='')),
                ('due_on', models.DateField()),
                ('written_at', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='dispute',
            name='plan_handed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='dispute',
            name='resolved_how',
            field=models.CharField(blank=True, max_length=15),
        ),
        migrations.AddField(
            model_name='dispute',
            name='resolved_tier',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='revisit',
            name='asked_name',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='revisit',
            name='day',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='revisit',
            name='kind',
            field=models.CharField(default='dispute', max_length=8),
        ),
        migrations.AddField(
            model_name='revisit',
            name='party',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.party'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['settled', 'self_settled']), _negated=True), models.Q(models.Q(('resolved_tier', ''), _negated=True), models.Q(('resolved_how', ''), _negated=True)), _connector='OR'), name='dispute_resolved_where'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['settled', 'self_settled']), ('state', 'closed'), _negated=True), ('performance__in', ['performed', 'none']), ('plan_handed_at__isnull', False), _connector='OR'), name='dispute_closed_performed'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='handed_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='agreement',
            name='handed_to_org',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='session',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='disputes.mediationsession'),
        ),
        migrations.AddField(
            model_name='confirmation',
            name='agreement',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='confirmation', to='disputes.agreement'),
        ),
        migrations.AddField(
            model_name='confirmation',
            name='court',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='confirmation',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='confirmation',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='disputes.agreement'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='creditor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.party'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='debtor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.party'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='obligation',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='performance',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='performance',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='performance',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document'),
        ),
        migrations.AddField(
            model_name='performance',
            name='obligation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='performances', to='disputes.obligation'),
        ),
        migrations.AddField(
            model_name='performance',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='review',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='disputes.dispute'),
        ),
        migrations.AddField(
            model_name='review',
            name='org',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation'),
        ),
        migrations.AddField(
            model_name='review',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['about'], name='agreement_about'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('dispute',), name='agreement_one_stands'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='agreement_total'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('form', 'oral'), _negated=True), models.Q(('content', ''), _negated=True), _connector='OR'), name='agreement_oral_told'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_at', None), ('handed_to', None), ('handed_to_org', None)), models.Q(('handed_at__isnull', False), models.Q(('handed_to__isnull', False), ('handed_to_org__isnull', False), _connector='OR')), _connector='OR'), name='agreement_handed_whole'),
        ),
        migrations.AddConstraint(
            model_name='confirmation',
            constraint=models.CheckConstraint(condition=models.Q(('accepted_on', None), ('accepted_on__gte', models.F('applied_on')), _connector='OR'), name='confirmation_accepted_after'),
        ),
        migrations.AddConstraint(
            model_name='confirmation',
            constraint=models.CheckConstraint(condition=models.Q(('decided_on', None), ('decided_on__gte', models.F('applied_on')), _connector='OR'), name='confirmation_decided_after'),
        ),
        migrations.AddConstraint(
            model_name='confirmation',
            constraint=models.CheckConstraint(condition=models.Q(('result', ''), ('decided_on__isnull', False), _connector='OR'), name='confirmation_decided'),
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(fields=['about'], name='obligation_about'),
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(condition=models.Q(('state__in', ['pending', 'partly', 'overdue'])), fields=['org', 'due_on'], name='obligation_open'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.UniqueConstraint(fields=('agreement', 'seq'), name='obligation_once'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(('debtor', models.F('creditor')), _negated=True), name='obligation_two_sides'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('agreed_on'))), name='obligation_due_ahead'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('kind', 'money')), models.Q(models.Q(('kind', 'money'), _negated=True), ('amount', None), ('paid', 0)), _connector='OR'), name='obligation_amount'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), models.Q(('paid__gte', 0), ('paid__lte', models.F('amount'))), _connector='OR'), name='obligation_not_overpaid'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'performed'), _negated=True), ('amount', None), ('paid', models.F('amount')), _connector='OR'), name='obligation_paid_whole'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state__in', ['performed', 'waived'])), models.Q(models.Q(('state__in', ['performed', 'waived']), _negated=True), ('done_at', None)), _connector='OR'), name='obligation_done'),
        ),
        migrations.AddIndex(
            model_name='performance',
            index=models.Index(fields=['about'], name='performance_about'),
        ),
        migrations.AddConstraint(
            model_name='performance',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gt', 0), _connector='OR'), name='performance_amount'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['about'], name='review_about'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=models.Q(('done_at', None)), fields=['org', 'due_on', 'id'], name='review_open'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(fields=('dispute', 'why', 'round'), name='review_once'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('done_at', None), ('written_at__isnull', False), _connector='OR'), name='review_written'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('written_at', None), models.Q(models.Q(('happened', ''), _negated=True), models.Q(('change', ''), _negated=True), ('owner__isnull', False)), _connector='OR'), name='review_whole'),
        ),
        migrations.RunSQL(SUMS, "DROP FUNCTION disputes_sums CASCADE"),
        owned("disputes_agreement", about="about"),
        owned("disputes_obligation", about="about"),
        owned("disputes_performance", about="about", grants=("SELECT", "INSERT", "UPDATE")),
        owned("disputes_confirmation", about="about"),
        owned("disputes_review", about="about"),
    ]
