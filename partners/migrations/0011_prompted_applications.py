"""Applications that partners prompted; their steps stand, and what was logged is not removed."""

import django.db.models.deletion
import partners.models.prompted
import uuid
from django.conf import settings
from django.db import migrations, models

WALLS = """
CREATE FUNCTION partners_refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was written here is not changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION partners_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was written here is not removed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER partners_application_event_stands BEFORE UPDATE ON partners_applicationevent
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_to_rewrite();
CREATE TRIGGER partners_application_event_stays BEFORE DELETE ON partners_applicationevent
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_removal();
CREATE TRIGGER partners_prompted_stays BEFORE DELETE ON partners_promptedapplication
    FOR EACH ROW EXECUTE FUNCTION partners_refuse_removal();
CREATE TRIGGER partners_prompted_is_what_it_was BEFORE UPDATE ON partners_promptedapplication
    FOR EACH ROW WHEN (
        OLD.state = 'STRUCK' OR (OLD.force_id, OLD.agency_id, OLD.scheme, OLD.received_on, OLD.force_reference, OLD.request_key,
         OLD.logged_at, OLD.logged_by_id)
        IS DISTINCT FROM (NEW.force_id, NEW.agency_id, NEW.scheme, NEW.received_on, NEW.force_reference, NEW.request_key,
         NEW.logged_at, NEW.logged_by_id)
    ) EXECUTE FUNCTION partners_refuse_to_rewrite();
"""

NO_WALLS = """
DROP TRIGGER partners_prompted_is_what_it_was ON partners_promptedapplication;
DROP TRIGGER partners_prompted_stays ON partners_promptedapplication;
DROP TRIGGER partners_application_event_stays ON partners_applicationevent;
DROP TRIGGER partners_application_event_stands ON partners_applicationevent;
DROP FUNCTION partners_refuse_removal();
DROP FUNCTION partners_refuse_to_rewrite();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('partners', '0010_tailored'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PromptedApplication',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('scheme', models.CharField(choices=[('CLARES_LAW', "Clare's Law"), ('SARAHS_LAW', "Sarah's Law")], max_length=10)),
                ('received_on', models.DateField(help_text='First contact: the limit counts from here')),
                ('force_reference', models.CharField(blank=True, max_length=30, validators=[partners.models.prompted.check_force_reference])),
                ('held_information', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('shared_itself', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('asked_by_person', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('judgement', models.CharField(blank=True, choices=[('APPROPRIATE', 'Appropriate'), ('INAPPROPRIATE', 'Not appropriate')], max_length=13)),
                ('reason', models.CharField(blank=True, max_length=600)),
                ('should_have', models.CharField(blank=True, choices=[('SHARE', 'The agency tells the person at risk what it holds, or who protects them'), ('REFER', 'The agency refers to the hub'), ('SHARE_AND_REFER', 'The agency does both: it shares, and refers to the hub'), ('RIGHT_TO_KNOW', 'The agency tells the police, who disclose of their own accord (right to know)'), ('EMERGENCY', 'The agency calls 999')], max_length=15)),
                ('judged_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('OPEN', 'Open'), ('ENDED', 'Ended'), ('STRUCK', 'Struck out')], default='OPEN', max_length=6)),
                ('outcome', models.CharField(blank=True, choices=[('DISCLOSED', 'Something was disclosed'), ('NOTHING', 'There was nothing to disclose, or no pressing need'), ('WITHDRAWN', 'The person took it back'), ('NOT_REACHED', 'The person could not be reached'), ('OUT_OF_SCOPE', 'It was not for the scheme')], max_length=12)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('risk_acted_on', models.CharField(blank=True, choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('request_key', models.UUIDField(help_text='Of the request that logged it: the same key again logs no second one')),
                ('logged_at', models.DateTimeField()),
                ('agency', models.ForeignKey(help_text='Who told the person to ask', on_delete=django.db.models.deletion.PROTECT, related_name='prompted_applications', to='accounts.agency')),
                ('force', models.ForeignKey(help_text='The force that was asked', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('judged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('logged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['force', '-received_on', '-id'], name='prompted_by_day')],
                'constraints': [
                    models.UniqueConstraint(fields=('request_key',), name='prompted_one_per_request'),
                    models.UniqueConstraint(condition=models.Q(models.Q(('force_reference', ''), _negated=True), models.Q(('state', 'STRUCK'), _negated=True)), fields=('force', 'force_reference'), name='prompted_logged_once', violation_error_message='An application with this number is in the log already.'),
                    models.CheckConstraint(condition=models.Q(('force_reference', ''), ('force_reference__regex', '^[A-Z0-9/.-]*[0-9][A-Z0-9/.-]*[0-9][A-Z0-9/.-]*$'), _connector='OR'), name='prompted_reference_is_no_name'),
                    models.CheckConstraint(condition=models.Q(('held_information', 'NO'), ('shared_itself', 'YES'), _negated=True), name='prompted_nobody_shares_what_they_do_not_hold'),
                    models.CheckConstraint(condition=models.Q(models.Q(('judged_at', None), ('judged_by', None), ('judgement', ''), ('reason', ''), ('should_have', '')), models.Q(('judged_at__isnull', False), ('judged_by__isnull', False), models.Q(('reason', ''), _negated=True), models.Q(models.Q(('judgement', 'APPROPRIATE'), ('should_have', '')), models.Q(('judgement', 'INAPPROPRIATE'), models.Q(('should_have', ''), _negated=True)), _connector='OR')), _connector='OR'), name='prompted_judgement_says_who_when_and_why'),
                    models.CheckConstraint(condition=models.Q(('state', 'STRUCK'), models.Q(('ended_on', None), ('outcome', ''), ('risk_acted_on', ''), ('state', 'OPEN')), models.Q(('ended_on__gte', models.F('received_on')), ('state', 'ENDED'), models.Q(models.Q(('outcome__in', ('WITHDRAWN', 'NOT_REACHED', 'OUT_OF_SCOPE')), models.Q(('risk_acted_on', ''), _negated=True)), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('outcome__in', ('WITHDRAWN', 'NOT_REACHED', 'OUT_OF_SCOPE')), _negated=True), ('risk_acted_on', '')), _connector='OR')), _connector='OR'), name='prompted_end_says_how_and_when'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ApplicationEvent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(help_text='1 for the first, without a gap')),
                ('move', models.CharField(choices=[('LOG', 'Log'), ('JUDGE', 'Say whether it was appropriate'), ('END', 'Say how it ended'), ('STRIKE', 'Strike out what was logged by mistake')], max_length=6)),
                ('held_information', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('shared_itself', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('asked_by_person', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('judgement', models.CharField(blank=True, choices=[('APPROPRIATE', 'Appropriate'), ('INAPPROPRIATE', 'Not appropriate')], max_length=13)),
                ('reason', models.CharField(blank=True, help_text='Of the judgement, or of striking it out', max_length=600)),
                ('should_have', models.CharField(blank=True, choices=[('SHARE', 'The agency tells the person at risk what it holds, or who protects them'), ('REFER', 'The agency refers to the hub'), ('SHARE_AND_REFER', 'The agency does both: it shares, and refers to the hub'), ('RIGHT_TO_KNOW', 'The agency tells the police, who disclose of their own accord (right to know)'), ('EMERGENCY', 'The agency calls 999')], max_length=15)),
                ('outcome', models.CharField(blank=True, choices=[('DISCLOSED', 'Something was disclosed'), ('NOTHING', 'There was nothing to disclose, or no pressing need'), ('WITHDRAWN', 'The person took it back'), ('NOT_REACHED', 'The person could not be reached'), ('OUT_OF_SCOPE', 'It was not for the scheme')], max_length=12)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('risk_acted_on', models.CharField(blank=True, choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='partners.promptedapplication')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('application', 'number'), name='prompted_steps_follow_each_other'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AskingCheck',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('scheme', models.CharField(choices=[('CLARES_LAW', "Clare's Law"), ('SARAHS_LAW', "Sarah's Law")], max_length=10)),
                ('in_danger', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('held_information', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('asked_by_person', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No'), ('UNKNOWN', 'Not known')], max_length=7)),
                ('advice', models.CharField(choices=[('EMERGENCY', 'Call 999 now'), ('SHARE', 'Share it yourself, now'), ('CONSULT', 'Ask the hub first'), ('TELL_POLICE', 'Tell the police what worries you'), ('RIGHT_TO_ASK', 'A right to ask fits: help the person to apply')], max_length=12)),
                ('checked_on', models.DateField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
            options={
                'indexes': [models.Index(fields=['checked_on'], name='asking_check_by_day')],
            },
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
