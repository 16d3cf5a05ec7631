"""Champions of topics, supervision with its sessions and records, and staff surveys."""

import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import training.models.periods
import training.models.surveys
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('training', '0008_corrections_stand'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChampionTopic',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=80)),
                ('about', models.CharField(help_text='What belongs to it, in words that colleagues search for', max_length=300)),
                ('is_listed', models.BooleanField(default=True, help_text='Champions are named for it, and it can be found')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
            ],
        ),
        migrations.CreateModel(
            name='Champion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, help_text='The first day on which they are it no more', null=True)),
                ('helps_with', models.CharField(help_text='What colleagues can ask them', max_length=500)),
                ('reached', models.CharField(help_text='When they can be reached', max_length=200)),
                ('phone', models.CharField(blank=True, help_text='A number at work', max_length=40)),
                ('refresh_by', models.DateField(blank=True, help_text='By when their knowledge is to be refreshed', null=True)),
                ('named_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, choices=[('STEPPED_DOWN', 'Stepped down'), ('ENDED', 'Ended by a trainer')], max_length=12)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='champions', to='training.championtopic')),
            ],
        ),
        migrations.CreateModel(
            name='Supervision',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('SUPERVISION', 'Supervision'), ('REFLECTIVE', 'Reflective sessions')], max_length=12)),
                ('every_weeks', models.PositiveSmallIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, help_text='The first day without it', null=True)),
                ('arranged_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('arranged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supervisee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supervisor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SupervisionSession',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('planned_on', models.DateField()),
                ('state', models.CharField(choices=[('PLANNED', 'Planned'), ('HELD', 'Held'), ('MISSED', 'Missed'), ('CANCELLED', 'Cancelled')], default='PLANNED', max_length=9)),
                ('held_on', models.DateField(blank=True, null=True)),
                ('why_missed', models.CharField(blank=True, choices=[('OPERATIONAL', 'Operational demand'), ('ABSENCE', 'One of the two was away'), ('FORGOTTEN', 'It was forgotten'), ('OTHER', 'Something else')], max_length=11)),
                ('words', models.CharField(blank=True, help_text='More on why it was missed or cancelled', max_length=500)),
                ('planned_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supervision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='training.supervision')),
            ],
        ),
        migrations.CreateModel(
            name='SupervisionRecord',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('cases', models.CharField(blank=True, help_text='References alone of what was discussed', max_length=300)),
                ('agreed', models.TextField(help_text='What was discussed and agreed')),
                ('curiosity', models.TextField(help_text='What was asked once more, and what else could be true')),
                ('fairness', models.TextField(help_text='Where an assumption may have led, and what was done about it')),
                ('wellbeing', models.TextField(help_text='How the person is, and what was offered')),
                ('written_at', models.DateTimeField()),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='training.supervisionsession')),
            ],
        ),
        migrations.CreateModel(
            name='SupervisionAction',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('what', models.CharField(max_length=300)),
                ('owner', models.CharField(choices=[('SUPERVISOR', 'The supervisor'), ('SUPERVISEE', 'The person supervised')], max_length=10)),
                ('due_on', models.DateField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='training.supervisionrecord')),
            ],
        ),
        migrations.CreateModel(
            name='SupervisionReading',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('comment', models.TextField(blank=True)),
                ('read_at', models.DateTimeField()),
                ('read_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reading', to='training.supervisionrecord')),
            ],
        ),
        migrations.CreateModel(
            name='RecordOpening',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('opened_at', models.DateTimeField()),
                ('closes_at', models.DateTimeField()),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='training.supervisionsession')),
            ],
        ),
        migrations.CreateModel(
            name='SurveyTemplate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=80)),
                ('made_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SurveyQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('words', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('SCALE', '1 to 5'), ('TEXT', 'In words')], max_length=5)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='training.surveytemplate')),
            ],
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('opens_on', models.DateField()),
                ('closes_on', models.DateField(help_text='The last day on which it takes answers')),
                ('opened_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(blank=True, help_text='Empty: the whole agency', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='training.surveytemplate')),
            ],
        ),
        migrations.CreateModel(
            name='SurveyReceipt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='training.survey')),
            ],
        ),
        migrations.CreateModel(
            name='SurveyBox',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('marks', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), default=training.models.surveys.no_marks, help_text='How often 1, 2, 3, 4 and 5 were given', size=None)),
                ('words', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='By their letters, whoever wrote them', size=None)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='boxes', to='training.survey')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.surveyquestion')),
            ],
            options={
                'verbose_name_plural': 'survey boxes',
            },
        ),
        migrations.AddConstraint(
            model_name='championtopic',
            constraint=models.UniqueConstraint(fields=('agency', 'title'), name='champion_topic_titled_once_in_its_agency', violation_error_message='There is a topic of that title already.'),
        ),
        migrations.AddConstraint(
            model_name='champion',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on__lte', models.F('ends_on')), _connector='OR'), name='champion_ends_no_sooner_than_it_starts', violation_error_message='A champion cannot end before they start.'),
        ),
        migrations.AddConstraint(
            model_name='champion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('helps_with', ''), _negated=True), models.Q(('reached', ''), _negated=True)), name='champion_says_what_and_when'),
        ),
        migrations.AddConstraint(
            model_name='champion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ends_on__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='champion_ended_says_who_when_and_why'),
        ),
        migrations.AddConstraint(
            model_name='champion',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('topic', '='), ('person', '='), (training.models.periods.Days('starts_on', 'ends_on'), '&&')], name='champion_once_at_a_time_for_a_topic', violation_error_message='This person is a champion of that topic in these days already.'),
        ),
        migrations.AddIndex(
            model_name='supervision',
            index=models.Index(fields=['supervisor'], name='supervision_by_supervisor'),
        ),
        migrations.AddConstraint(
            model_name='supervision',
            constraint=models.CheckConstraint(condition=models.Q(('supervisee', models.F('supervisor')), _negated=True), name='supervision_is_of_somebody_else', violation_error_message='Nobody supervises themselves.'),
        ),
        migrations.AddConstraint(
            model_name='supervision',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('starts_on__lte', models.F('ends_on')), _connector='OR'), name='supervision_ends_no_sooner_than_it_starts', violation_error_message='A supervision cannot end before it starts.'),
        ),
        migrations.AddConstraint(
            model_name='supervision',
            constraint=models.CheckConstraint(condition=models.Q(('every_weeks__gte', 1), ('every_weeks__lte', 26)), name='supervision_has_a_rhythm', violation_error_message='Sessions are every 1 to 26 weeks.'),
        ),
        migrations.AddConstraint(
            model_name='supervision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ends_on__isnull', False)), _connector='OR'), name='supervision_ended_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='supervision',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('supervisee', '='), ('kind', '='), (training.models.periods.Days('starts_on', 'ends_on'), '&&')], name='supervision_one_of_a_kind_at_a_time', violation_error_message='This person has such a supervision in these days already.'),
        ),
        migrations.AddConstraint(
            model_name='supervisionaction',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='supervision_action_placed_once'),
        ),
        migrations.AddConstraint(
            model_name='supervisionaction',
            constraint=models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='supervision_action_says_what'),
        ),
        migrations.AddConstraint(
            model_name='supervisionsession',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'PLANNED')), fields=('supervision',), name='supervision_session_one_planned_at_a_time', violation_error_message='A session is planned already.'),
        ),
        migrations.AddConstraint(
            model_name='supervisionsession',
            constraint=models.UniqueConstraint(fields=('supervision', 'held_on'), name='supervision_session_held_once_a_day', violation_error_message='A session was held on that day already.'),
        ),
        migrations.AddConstraint(
            model_name='supervisionsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('held_on__isnull', False), ('state', 'HELD')), models.Q(models.Q(('state', 'HELD'), _negated=True), ('held_on', None)), _connector='OR'), name='supervision_session_held_says_on_which_day'),
        ),
        migrations.AddConstraint(
            model_name='supervisionsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'MISSED'), models.Q(('why_missed', ''), _negated=True)), models.Q(models.Q(('state', 'MISSED'), _negated=True), ('why_missed', '')), _connector='OR'), name='supervision_session_missed_says_why'),
        ),
        migrations.AddConstraint(
            model_name='supervisionsession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('state', 'PLANNED')), models.Q(models.Q(('state', 'PLANNED'), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='supervision_session_closed_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='supervisionrecord',
            constraint=models.UniqueConstraint(fields=('session', 'number'), name='supervision_record_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='supervisionrecord',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), models.Q(('agreed', ''), _negated=True), models.Q(('curiosity', ''), _negated=True), models.Q(('fairness', ''), _negated=True), models.Q(('wellbeing', ''), _negated=True)), name='supervision_record_answers_each_prompt', violation_error_message='Answer each question in words.'),
        ),
        migrations.AddIndex(
            model_name='recordopening',
            index=models.Index(fields=['opened_by', 'closes_at'], name='record_opening_by_superior'),
        ),
        migrations.AddConstraint(
            model_name='recordopening',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), ('closes_at__gt', models.F('opened_at')), ('closes_at__lte', django.db.models.expressions.CombinedExpression(models.F('opened_at'), '+', models.Value(datetime.timedelta(seconds=3600))))), name='record_opening_has_a_reason_and_an_end', violation_error_message='Say why the record is opened.'),
        ),
        migrations.AddConstraint(
            model_name='surveybox',
            constraint=models.UniqueConstraint(fields=('survey', 'question'), name='survey_box_one_a_question'),
        ),
        migrations.AddConstraint(
            model_name='surveybox',
            constraint=models.CheckConstraint(condition=models.Q(('marks__len', 5)), name='survey_box_counts_each_mark'),
        ),
        migrations.AddConstraint(
            model_name='surveyreceipt',
            constraint=models.UniqueConstraint(fields=('survey', 'person'), name='survey_receipt_once_a_person', violation_error_message='You have answered this survey already.'),
        ),
        migrations.AddConstraint(
            model_name='surveytemplate',
            constraint=models.UniqueConstraint(fields=('agency', 'title'), name='survey_template_titled_once_in_its_agency', violation_error_message='There is a template of that title already.'),
        ),
        migrations.AddConstraint(
            model_name='surveyquestion',
            constraint=models.UniqueConstraint(fields=('template', 'position'), name='survey_question_placed_once'),
        ),
        migrations.AddConstraint(
            model_name='surveyquestion',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1), ('position__lte', 10), models.Q(('words', ''), _negated=True)), name='survey_question_is_one_of_few'),
        ),
        migrations.AddIndex(
            model_name='survey',
            index=models.Index(fields=['agency', 'closes_on'], name='survey_by_agency_and_end'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(('opens_on__lte', models.F('closes_on'))), name='survey_opens_before_it_closes', violation_error_message='A survey cannot close before it opens.'),
        ),
        migrations.AddConstraint(
            model_name='survey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='survey_withdrawn_says_who_and_when'),
        ),
    ]
