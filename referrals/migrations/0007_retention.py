"""Reviews of retention, legal holds, certificates of disposal, and what is left of a referral that was disposed of."""

import datetime
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
import uuid
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


# A certificate stands. Nothing but the row of a file that is still to be removed hangs on it.
CERTIFICATES = """
CREATE FUNCTION referrals_refuse_change_of_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A certificate of disposal is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER referrals_certificate_never_changes BEFORE UPDATE OR DELETE ON referrals_disposalcertificate
    FOR EACH ROW EXECUTE FUNCTION referrals_refuse_change_of_certificate();

-- Whether this transaction disposes of what two people agreed on and nothing holds. What never changes otherwise asks it.
CREATE FUNCTION referrals_is_disposing() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM referrals_retentionreview AS review
        WHERE review.id::text = current_setting('referrals.disposing', true) AND review.state = 'APPROVED'
        AND review.approved_by_id <> review.decided_by_id
        AND NOT EXISTS (
            SELECT FROM referrals_legalhold AS hold WHERE hold.referral_id = review.referral_id AND hold.lifted_at IS NULL
            AND (hold.ends_on IS NULL OR hold.ends_on >= (now() AT TIME ZONE 'Europe/London')::date)
        )
    )
$$;
"""
NO_CERTIFICATES = """
DROP FUNCTION referrals_is_disposing();
DROP TRIGGER referrals_certificate_never_changes ON referrals_disposalcertificate;
DROP FUNCTION referrals_refuse_change_of_certificate();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_tables'),
        ('referrals', '0006_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DisposalCertificate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('referral_id', models.UUIDField(unique=True)),
                ('kind', models.CharField(choices=[('PPN', 'Public protection notice (PPN)'), ('CPI', 'Community partnership information (CPI)')], max_length=3)),
                ('group', models.PositiveSmallIntegerField(choices=[(1, '1: certain public protection matters'), (2, '2: other sexual, violent or serious matters'), (3, '3: other offences'), (4, '4: all else')])),
                ('rule', models.TextField(help_text='In the words of the day')),
                ('sent_on', models.DateField()),
                ('last_contact_on', models.DateField()),
                ('due_on', models.DateField()),
                ('proposed_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField()),
                ('disposed_at', models.DateTimeField()),
                ('rows', models.JSONField(help_text='How many rows went, by kind of record')),
                ('kept', models.JSONField(help_text='How many rows of figures stay without their words, by kind of record')),
                ('files', models.PositiveIntegerField()),
                ('backups_until', models.DateField(help_text='When the last backup that holds it is gone; empty: not set', null=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('approved_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DoomedFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=200, unique=True)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='doomed_files', to='referrals.disposalcertificate')),
            ],
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('INVESTIGATION', 'Criminal investigation, prosecution or appeal'), ('CIVIL', 'Civil or family proceedings'), ('INQUEST', 'Inquest, or a review after a death or serious harm'), ('INQUIRY', 'Public inquiry or a duty to preserve'), ('COMPLAINT', 'Complaint or misconduct'), ('RIGHTS', 'Request of a person for their data, or to have it corrected'), ('OTHER', 'Other, said in words')], max_length=13)),
                ('words', models.TextField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, help_text='The last day; empty until somebody lifts it', null=True)),
                ('placed_at', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('lift_reason', models.TextField(blank=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('lifted_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('placed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='referrals.referral')),
            ],
        ),
        migrations.CreateModel(
            name='RetentionReview',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('SCHEDULED', 'Not due yet'), ('DUE', 'Due for review'), ('PROPOSED', 'Proposed for disposal'), ('APPROVED', 'Being disposed of'), ('RETAINED', 'Retained')], default='SCHEDULED', max_length=9)),
                ('group', models.PositiveSmallIntegerField(choices=[(1, '1: certain public protection matters'), (2, '2: other sexual, violent or serious matters'), (3, '3: other offences'), (4, '4: all else')])),
                ('group_by_rule', models.PositiveSmallIntegerField(choices=[(1, '1: certain public protection matters'), (2, '2: other sexual, violent or serious matters'), (3, '3: other offences'), (4, '4: all else')])),
                ('group_reason', models.TextField(blank=True, help_text='Why it is in another group than the rule says')),
                ('has_child_under_ten', models.BooleanField(help_text='When it was sent: such a record needs special care')),
                ('last_contact_on', models.DateField(help_text='From which the clear period counts')),
                ('due_on', models.DateField()),
                ('is_repeat', models.BooleanField(default=False, help_text='It was retained before')),
                ('made_at', models.DateTimeField()),
                ('answers', models.JSONField(blank=True, default=dict, help_text='Answer by retention criterion')),
                ('reason', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('next_on', models.DateField(blank=True, null=True)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('returned', models.TextField(blank=True, help_text='Why it came back from being proposed, the last time')),
                ('agency', models.ForeignKey(db_index=False, help_text='That holds the record: the hub', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('approved_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('grouped_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retention_reviews', to='referrals.referral')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='referral',
            name='referral_sent_has_risk_and_lawful_basis',
        ),
        migrations.RemoveConstraint(
            model_name='referral',
            name='referral_sent_has_reference_time_and_deadline',
        ),
        migrations.AlterField(
            model_name='referral',
            name='state',
            field=models.CharField(choices=[('DRAFT', 'Draft'), ('DISCARDED', 'Discarded'), ('RECEIVED', 'Waiting for a decision'), ('DECIDED', 'Decided'), ('SHARED', 'Shared, waiting for an answer'), ('ANSWERED', 'Answered'), ('CLOSED', 'Closed'), ('VOID', 'Void, before it was shared'), ('WITHDRAWN', 'Withdrawn after it was shared'), ('DISPOSED', 'Disposed of')], default='DRAFT', max_length=12),
        ),
        AddConstraintNotValid(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at', None), ('reference', ''), ('state__in', ('DRAFT', 'DISCARDED')), ('submitted_at', None)), models.Q(('due_at__isnull', False), ('state__in', ('RECEIVED', 'DECIDED', 'SHARED', 'ANSWERED', 'CLOSED', 'VOID', 'WITHDRAWN')), ('submitted_at__isnull', False), models.Q(('reference', ''), _negated=True)), models.Q(('due_at', None), ('reference', ''), ('state__in', ('DISPOSED',)), ('submitted_at__isnull', False)), _connector='OR'), name='referral_sent_has_reference_time_and_deadline'),
        ),
        AddConstraintNotValid(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('DRAFT', 'DISCARDED', 'DISPOSED')), models.Q(('risk_level__isnull', False), models.Q(('lawful_basis', ''), _negated=True)), _connector='OR'), name='referral_sent_has_risk_and_lawful_basis'),
        ),
        AddConstraintNotValid(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('DISPOSED',)), _negated=True), models.Q(('declaration', ''), ('incident', None), ('lawful_basis', ''), ('occurrence_number', ''), ('submission_key', None), ('why_another', ''), ('assigned_to', None), ('saves', {})), _connector='OR'), name='referral_disposed_of_says_nothing'),
        ),
        migrations.AddIndex(
            model_name='disposalcertificate',
            index=models.Index(models.F('agency'), models.OrderBy(models.F('disposed_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='certificate_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='disposalcertificate',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', models.F('proposed_by')), _negated=True), name='disposal_certificate_names_two_people'),
        ),
        migrations.AddIndex(
            model_name='legalhold',
            index=models.Index(models.F('agency'), models.OrderBy(models.F('placed_at'), descending=True), models.F('id'), name='legal_hold_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='legal_hold_says_why'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='legal_hold_ends_after_it_starts', violation_error_message='A hold ends on or after the day on which it starts.'),
        ),
        migrations.AddConstraint(
            model_name='legalhold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__gte', models.F('placed_at')), ('lifted_at__isnull', False), ('lifted_by__isnull', False), models.Q(('lift_reason', ''), _negated=True)), models.Q(('lift_reason', ''), ('lifted_at', None), ('lifted_by', None)), _connector='OR'), name='legal_hold_lifted_says_who_when_and_why'),
        ),
        migrations.AddIndex(
            model_name='retentionreview',
            index=models.Index(models.F('agency'), models.F('state'), models.F('due_on'), models.F('id'), name='retention_review_queue'),
        ),
        migrations.AddIndex(
            model_name='retentionreview',
            index=models.Index(models.F('due_on'), models.F('id'), condition=models.Q(('state', 'SCHEDULED')), name='retention_review_to_fall_due'),
        ),
        migrations.AddConstraint(
            model_name='retentionreview',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('SCHEDULED', 'DUE', 'PROPOSED', 'APPROVED'))), fields=('referral',), name='retention_review_one_is_open'),
        ),
        migrations.AddConstraint(
            model_name='retentionreview',
            constraint=models.CheckConstraint(condition=models.Q(('group__gte', 1), ('group__lte', 4), ('group_by_rule__gte', 1), ('group_by_rule__lte', 4)), name='retention_review_group_is_1_to_4'),
        ),
        migrations.AddConstraint(
            model_name='retentionreview',
            constraint=models.CheckConstraint(condition=models.Q(('group', models.F('group_by_rule')), models.Q(('grouped_by__isnull', False), models.Q(('group_reason', ''), _negated=True)), _connector='OR'), name='retention_review_other_group_says_who_and_why', violation_error_message='Say why it belongs to another group.'),
        ),
        migrations.AddConstraint(
            model_name='retentionreview',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', django.db.models.expressions.CombinedExpression(models.F('last_contact_on'), '+', models.Value(datetime.timedelta(days=2190)))), ('is_repeat', True), _connector='OR'), name='retention_review_is_not_before_the_least_time', violation_error_message='Nothing is reviewed for disposal sooner than six years after the last contact.'),
        ),
        migrations.AddConstraint(
            model_name='retentionreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('SCHEDULED', 'DUE')), ('decided_at', None), ('decided_by', None), ('reason', '')), models.Q(models.Q(('state__in', ('SCHEDULED', 'DUE')), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length('reason'), 20)), _connector='OR'), name='retention_review_decided_says_who_when_and_why', violation_error_message='Say why, in at least 20 characters.'),
        ),
        migrations.AddConstraint(
            model_name='retentionreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('next_on__isnull', False), ('state', 'RETAINED')), models.Q(models.Q(('state', 'RETAINED'), _negated=True), ('next_on', None)), _connector='OR'), name='retention_review_retained_has_a_next_date'),
        ),
        migrations.AddConstraint(
            model_name='retentionreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('state', 'APPROVED')), models.Q(models.Q(('state', 'APPROVED'), _negated=True), ('approved_at', None), ('approved_by', None)), _connector='OR'), name='retention_review_approved_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='retentionreview',
            constraint=models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('decided_by')), _negated=True), _connector='OR'), name='retention_review_is_approved_by_a_second_person', violation_error_message='Who proposed a disposal does not approve it.'),
        ),
        migrations.RunSQL(CERTIFICATES, NO_CERTIFICATES),
    ]
