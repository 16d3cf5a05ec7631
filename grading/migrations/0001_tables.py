import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.fields.json
import django.db.models.functions.text
import django.db.models.lookups
import grading.models.dip_sample
import grading.models.rounds
import uuid
from django.conf import settings
from django.db import migrations, models

from common.create_models import CreateModels


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("grading", "0001_initial"),
        ("grading", "0002_dip_samples_and_reports"),
        ("grading", "0004_publishedcompliance"),
        ("grading", "0005_team_is_kept_at_the_draw"),
        ("grading", "0006_agreed_grades"),
        ("grading", "0008_why_not_what_the_marks_suggest"),
        ("grading", "0011_sample_strata"),
        ("grading", "0012_reports_on_schedule"),
        ("grading", "0013_reports_cancelled"),
        ("grading", "0014_reports_as_spreadsheets"),
        ("grading", "0015_version_is_frozen"),
        ("grading", "0016_panel_changes"),
        ("grading", "0018_grade_drafts"),
        ("grading", "0020_set_aside"),
        ("grading", "0021_grading_report"),
        ("grading", "0022_grading_report_is_checked"),
        ("grading", "0025_why_a_criterion_does_not_apply"),
        ("grading", "0027_good_enough"),
        ("grading", "0028_judgements_are_checked"),
        ("grading", "0031_annual_report"),
        ("grading", "0032_annual_report_is_checked"),
        ("grading", "0034_tickets_of_either_way"),
    ]

    dependencies = [
        ("accounts", "0001_tables"),
        ("jobs", "0001_tables"),
        ("referrals", "0001_tables"),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='DipSample',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('period_start', models.DateField()),
                        ('period_end', models.DateField(help_text='Last day of the two months')),
                        ('rule', models.JSONField(help_text='Which incidents could be drawn: in words, and as the values of the question asked')),
                        ('size', models.PositiveSmallIntegerField(help_text='How many were to be drawn')),
                        ('seed', models.CharField(max_length=64)),
                        ('algorithm', models.CharField(max_length=20)),
                        ('strata', models.CharField(blank=True, choices=[('KIND', 'Kind of incident'), ('DISTRICT', 'District'), ('TEAM', 'Team')], db_default='', default='', help_text='Drawn from these in proportion; empty: from all alike', max_length=10)),
                        ('frame_size', models.PositiveIntegerField(help_text='How many could be drawn')),
                        ('frame_digest', models.CharField(help_text='SHA-256 of their ids; of their ids and strata where it was drawn from strata', max_length=64)),
                        ('state', models.CharField(choices=[('DRAWN', 'Drawn'), ('IN_REVIEW', 'Being reviewed'), ('REVIEWED', 'All reviewed'), ('PUBLISHED', 'Published')], default='DRAWN', max_length=10)),
                        ('drawn_at', models.DateTimeField()),
                        ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reviewed_at', models.DateTimeField(blank=True, help_text='When the last review came in', null=True)),
                        ('published_at', models.DateTimeField(blank=True, null=True)),
                        ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('force', 'period_start'), name='dip_sample_one_per_period', violation_error_message='There is a dip sample of that period already.'),
                            django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('force', '='), (grading.models.dip_sample._Days('period_start', 'period_end', models.Value('[]')), '&&')], name='dip_sample_periods_do_not_overlap', violation_error_message='There is a dip sample of some of those days already.'),
                            models.CheckConstraint(condition=models.Q(('period_start__lt', models.F('period_end'))), name='dip_sample_begins_before_it_ends'),
                            models.CheckConstraint(condition=models.Q(('strata__in', ['', 'KIND', 'DISTRICT', 'TEAM'])), name='dip_sample_strata_are_known'),
                            models.CheckConstraint(condition=models.Q(('frame_size__gte', 1), ('size__gte', 1)), name='dip_sample_draws_at_least_one_of_its_frame'),
                            models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at', None), ('state__in', ('DRAWN', 'IN_REVIEW'))), models.Q(('reviewed_at__isnull', False), ('state__in', ('REVIEWED', 'PUBLISHED'))), _connector='OR'), name='dip_sample_all_reviewed_says_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state', 'PUBLISHED')), models.Q(models.Q(('state', 'PUBLISHED'), _negated=True), ('published_at', None), ('published_by', None)), _connector='OR'), name='dip_sample_published_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SampledIncident',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incidents', to='grading.dipsample')),
                        ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.incident')),
                        ('position', models.PositiveSmallIntegerField(help_text='1 was drawn first')),
                        ('ticket', models.CharField(help_text='The SHA-256 by which it was drawn', max_length=64)),
                        ('stratum', models.CharField(blank=True, db_default='', default='', help_text='From which it was drawn: a kind, or the id of a district or team', max_length=40)),
                        ('kind', models.CharField(choices=[('DOMESTIC', 'Domestic incident'), ('CHILD_CONCERN', 'Concern for a child'), ('ADULT_CONCERN', 'Concern for an adult'), ('MISSING', 'Missing person'), ('MENTAL_HEALTH', 'Mental health'), ('VIOLENCE', 'Violence'), ('ANTI_SOCIAL', 'Anti-social behaviour'), ('OTHER', 'Other')], max_length=20)),
                        ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.area')),
                        ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('sample', 'incident'), name='sampled_incident_drawn_once'),
                            models.UniqueConstraint(fields=('sample', 'position'), name='sampled_incident_numbered_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='IncidentReview',
                    fields=[
                        ('required', models.CharField(choices=[('YES', 'Yes, a form was needed'), ('NO', 'No, none was needed'), ('UNCLEAR', 'Unclear, for others to settle')], max_length=7)),
                        ('required_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CHILD', 'Child'), ('ADULT_AT_RISK', 'Adult at risk'), ('DOMESTIC_ABUSE', 'Domestic abuse'), ('STALKING_HARASSMENT', 'Stalking or harassment'), ('HONOUR_BASED_ABUSE', 'So-called honour-based abuse, forced marriage or FGM'), ('EXPLOITATION', 'Exploitation'), ('MENTAL_HEALTH', 'Mental health'), ('HATE', 'Hate'), ('MISSING', 'Missing'), ('PREVENT', 'Prevent')], max_length=24), blank=True, default=list, size=None)),
                        ('in_time', models.BooleanField(blank=True, help_text='null when no form was found', null=True)),
                        ('reason_missing', models.CharField(blank=True, choices=[('FORGOTTEN', 'Forgotten'), ('THOUGHT_OTHER_DID', 'Thought that somebody else had done it'), ('THOUGHT_NOT_NEEDED', 'Thought that it was not needed'), ('SYSTEM', 'A fault of a system'), ('HANDED_OVER', 'Lost when the incident was handed over'), ('NOT_RECORDED', 'Not recorded')], max_length=20)),
                        ('why', models.TextField(validators=[django.core.validators.MinLengthValidator(30)])),
                        ('quick_quality', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Nobody could act on it'), (2, 'A partner would have to ask again first'), (3, 'Good enough to act on'), (4, 'Good enough, with nothing left to ask')], help_text='null when no form was found, or nobody judged it', null=True)),
                        ('learning_themes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('TIMELY', 'Timely'), ('CONCERN', 'The concern is clear'), ('LIVED_EXPERIENCE', 'Lived experience'), ('VOICE', "Voice: the child's words, the adult's wishes"), ('NEEDS_AND_HARM', 'Needs and harm'), ('IDENTITY', 'Identity and communication'), ('CURIOSITY', 'Household, history and curiosity'), ('RISK', 'Risk and the reasons for it'), ('SHARING', 'Lawful and fair sharing'), ('ACTION', 'Action taken and what is asked')], max_length=20), blank=True, db_default=[], default=list, help_text='What is missing in a form that is not good enough', size=None)),
                        ('supervisor_seen', models.BooleanField(blank=True, help_text='Whether a supervisor looked at the incident; null when that is not known', null=True)),
                        ('school_told', models.CharField(blank=True, choices=[('IN_TIME', 'Told in time'), ('LATE', 'Told late'), ('NOT_TOLD', 'Not told'), ('NOT_NEEDED', 'No school had to be told')], db_default='', default='', max_length=10)),
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('sampled', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='grading.sampledincident')),
                        ('reviewer_number', models.PositiveSmallIntegerField(default=1, help_text='1, or 2 for a second, independent review')),
                        ('found_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CHILD', 'Child'), ('ADULT_AT_RISK', 'Adult at risk'), ('DOMESTIC_ABUSE', 'Domestic abuse'), ('STALKING_HARASSMENT', 'Stalking or harassment'), ('HONOUR_BASED_ABUSE', 'So-called honour-based abuse, forced marriage or FGM'), ('EXPLOITATION', 'Exploitation'), ('MENTAL_HEALTH', 'Mental health'), ('HATE', 'Hate'), ('MISSING', 'Missing'), ('PREVENT', 'Prevent')], max_length=24), blank=True, default=list, help_text='Types that the forms found cover, here or in another system', size=None)),
                        ('done', models.BooleanField(blank=True, help_text='Every form that was needed is there; null if unclear', null=True)),
                        ('live_gap', models.BooleanField(default=False, help_text='Somebody may still be at risk')),
                        ('live_gap_action', models.TextField(blank=True, help_text='What was done about it the same day')),
                        ('reviewed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reviewed_at', models.DateTimeField()),
                        ('forms_found', models.ManyToManyField(blank=True, related_name='+', to='referrals.referral')),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('sampled', 'reviewer_number'), name='incident_review_one_per_number'),
                            models.UniqueConstraint(fields=('sampled', 'reviewed_by'), name='incident_review_by_two_different_people', violation_error_message='The second review is for somebody else.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('required', 'YES'), models.Q(('required_types', []), _negated=True)), models.Q(models.Q(('required', 'YES'), _negated=True), ('required_types', [])), _connector='OR'), name='incident_review_needed_says_which_forms', violation_error_message='Say which forms were needed.'),
                            models.CheckConstraint(condition=models.Q(('in_time', None), models.Q(('found_types', []), _negated=True), _connector='OR'), name='incident_review_in_time_only_of_forms_found'),
                            models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length(django.db.models.functions.text.Trim('why')), 30), name='incident_review_says_why', violation_error_message='Say why in at least 30 characters.'),
                            models.CheckConstraint(condition=models.Q(('quick_quality', None), models.Q(('quick_quality__in', [1, 2, 3, 4]), models.Q(('found_types', []), _negated=True)), _connector='OR'), name='incident_review_only_forms_found_are_good_enough', violation_error_message='Only a form that was found can be good enough or not.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('quick_quality__in', (1, 2)), ('quick_quality__isnull', False), models.Q(('learning_themes', []), _negated=True)), models.Q(models.Q(('quick_quality', None), ('quick_quality__in', (3, 4)), _connector='OR'), ('learning_themes', [])), _connector='OR'), name='incident_review_not_good_enough_says_what_is_missing', violation_error_message='Say what is missing in a form that is not good enough.'),
                            models.CheckConstraint(condition=models.Q(('school_told', ''), ('required_types__contains', ['CHILD', 'DOMESTIC_ABUSE']), _connector='OR'), name='incident_review_school_told_of_child_and_domestic_abuse', violation_error_message='A school is told where a form was needed for both a child and domestic abuse.'),
                            models.CheckConstraint(condition=models.Q(('reviewer_number__in', (1, 2))), name='incident_review_first_or_second'),
                            models.CheckConstraint(condition=models.Q(models.Q(('done', None), ('required', 'UNCLEAR')), models.Q(models.Q(('required', 'UNCLEAR'), _negated=True), ('done__isnull', False)), _connector='OR'), name='incident_review_done_is_known_unless_unclear'),
                            models.CheckConstraint(condition=models.Q(('reason_missing', ''), models.Q(('done', False), ('required', 'YES')), _connector='OR'), name='incident_review_reason_only_of_what_is_missing'),
                            models.CheckConstraint(condition=models.Q(models.Q(('live_gap', False), ('live_gap_action', '')), models.Q(('live_gap', True), models.Q(('live_gap_action', ''), _negated=True)), _connector='OR'), name='incident_review_live_gap_says_what_was_done', violation_error_message='Say what was done today for whoever may be at risk.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='GradingRound',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('name', models.CharField(max_length=80)),
                        ('starts_on', models.DateField()),
                        ('ends_on', models.DateField(help_text='Last day of the quarter')),
                        ('rule', models.TextField(help_text='Which PPNs could be drawn, in words: made from the filter when it was opened')),
                        ('filter', models.JSONField(blank=True, db_default={}, default=dict, help_text='The same as values, by part; empty: every PPN of the quarter')),
                        ('selected_at_opening', models.PositiveIntegerField(blank=True, help_text='How many PPNs the filter gave when the round was opened', null=True)),
                        ('strata', models.CharField(blank=True, choices=[('TYPE', 'Type of concern'), ('DISTRICT', 'District'), ('TEAM', 'Team'), ('REFERRER', 'Kind of referrer')], db_default='', default='', help_text='Drawn from these in proportion; empty: from all alike', max_length=10)),
                        ('size', models.PositiveSmallIntegerField(default=10)),
                        ('seed', models.CharField(max_length=64)),
                        ('algorithm', models.CharField(max_length=20)),
                        ('frame_size', models.PositiveIntegerField(blank=True, help_text='How many PPNs could be drawn', null=True)),
                        ('frame_digest', models.CharField(blank=True, help_text='SHA-256 of their ids; of their ids and strata where it is drawn from strata', max_length=64)),
                        ('frame_strata', models.JSONField(blank=True, db_default={}, default=dict, help_text='How many of them are in each stratum')),
                        ('state', models.CharField(choices=[('PLANNED', 'Planned'), ('DRAWN', 'Sample drawn'), ('GRADING', 'Being graded'), ('MODERATING', 'Grades are being agreed'), ('PUBLISHED', 'Published')], default='PLANNED', max_length=12)),
                        ('opened_at', models.DateTimeField()),
                        ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('drawn_at', models.DateTimeField(blank=True, null=True)),
                        ('drawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('assigned_at', models.DateTimeField(blank=True, null=True)),
                        ('assigned_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('published_at', models.DateTimeField(blank=True, null=True)),
                        ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('force', 'starts_on'), name='grading_round_one_per_quarter', violation_error_message='There is a round for that quarter already.'),
                            models.CheckConstraint(condition=models.Q(('starts_on__lt', models.F('ends_on'))), name='grading_round_begins_before_it_ends'),
                            models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='grading_round_draws_at_least_one', violation_error_message='A round needs at least one PPN.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('drawn_at', None), ('drawn_by', None), ('frame_digest', ''), ('frame_size', None), ('state', 'PLANNED')), models.Q(models.Q(('state', 'PLANNED'), _negated=True), ('drawn_at__isnull', False), ('drawn_by__isnull', False), ('frame_size__isnull', False), models.Q(('frame_digest', ''), _negated=True)), _connector='OR'), name='grading_round_drawn_says_who_when_and_of_what'),
                            models.CheckConstraint(condition=django.db.models.fields.json.ContainedBy(grading.models.rounds.WithoutKeys(models.F('filter'), models.Value('districts'), models.Value('teams')), models.Value({'types': ['CHILD', 'ADULT_AT_RISK', 'DOMESTIC_ABUSE', 'STALKING_HARASSMENT', 'HONOUR_BASED_ABUSE', 'EXPLOITATION', 'MENTAL_HEALTH', 'HATE', 'MISSING', 'PREVENT'], 'risk': ['1', '2', '3'], 'referrers': ['FRONTLINE', 'LINE_MANAGER', 'HUB']}, output_field=models.JSONField())), name='grading_round_filter_is_of_known_words', violation_error_message='Choose which PPNs could be drawn from the lists.'),
                            models.CheckConstraint(condition=models.Q(('strata__in', ['', 'TYPE', 'DISTRICT', 'TEAM', 'REFERRER'])), name='grading_round_strata_are_known'),
                            models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'PLANNED'), ('strata', ''), _connector='OR'), ('frame_strata', {})), models.Q(models.Q(('state', 'PLANNED'), _negated=True), models.Q(('strata', ''), _negated=True), models.Q(('frame_strata', {}), _negated=True)), _connector='OR'), name='grading_round_drawn_from_strata_says_their_sizes'),
                            models.CheckConstraint(condition=models.Q(models.Q(('assigned_at', None), ('assigned_by', None), ('state__in', ('PLANNED', 'DRAWN'))), models.Q(models.Q(('state__in', ('PLANNED', 'DRAWN')), _negated=True), ('assigned_at__isnull', False), ('assigned_by__isnull', False)), _connector='OR'), name='grading_round_assigned_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state', 'PUBLISHED')), models.Q(models.Q(('state', 'PUBLISHED'), _negated=True), ('published_at', None), ('published_by', None)), _connector='OR'), name='grading_round_published_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RoundItem',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='grading.gradinground')),
                        ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='round_items', to='referrals.referral')),
                        ('position', models.PositiveSmallIntegerField(help_text='1 was drawn first')),
                        ('ticket', models.CharField(help_text="SHA-256 of the seed and the referral's id", max_length=64)),
                        ('stratum', models.CharField(blank=True, db_default='', default='', help_text='From which it was drawn: a type, a kind of referrer, or the id of a district or team', max_length=40)),
                        ('version', models.PositiveSmallIntegerField(db_default=1, help_text='Of the referral when it was drawn: all graders read this one, whatever is amended after')),
                        ('agreed_grade', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Very poor'), (2, 'Needs improvement'), (3, 'Good'), (4, 'Excellent')], null=True)),
                        ('agreed_reason', models.TextField(blank=True)),
                        ('agreed_at', models.DateTimeField(blank=True, null=True)),
                        ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('round', 'referral'), name='round_item_drawn_once'),
                            models.UniqueConstraint(fields=('round', 'position'), name='round_item_numbered_once'),
                            models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='round_item_version_is_one_that_was_sent'),
                            models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None), ('agreed_grade', None), ('agreed_reason', '')), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False), ('agreed_grade__isnull', False)), _connector='OR'), name='round_item_agreed_grade_says_who_and_when'),
                            models.CheckConstraint(condition=models.Q(('agreed_grade', None), models.Q(('agreed_grade__gte', 1), ('agreed_grade__lte', 4)), _connector='OR'), name='round_item_agreed_grade_is_1_to_4', violation_error_message='A grade is 1, 2, 3 or 4.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Assignment',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='grading.rounditem')),
                        ('grader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grading_assignments', to=settings.AUTH_USER_MODEL)),
                        ('assigned_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('item', 'grader'), name='assignment_once_a_grader'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='GradeDraft',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='grading.assignment')),
                        ('answers', models.JSONField(blank=True, default=dict, help_text='By the name of the question, as it was typed')),
                        ('version', models.PositiveIntegerField(help_text='1 was saved first')),
                        ('saved_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='grade_draft_is_numbered_from_one'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='EarlierImport',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                        ('file_name', models.CharField(max_length=120)),
                        ('sha256', models.CharField(max_length=64)),
                        ('rows', models.PositiveIntegerField()),
                        ('taken', models.PositiveIntegerField()),
                        ('already_there', models.PositiveIntegerField()),
                        ('refused', models.PositiveIntegerField()),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('rows', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taken'), '+', models.F('already_there')), '+', models.F('refused')))), name='earlier_import_counts_in_equal_counts_out'),
                            models.CheckConstraint(condition=models.Q(('taken__gte', 1)), name='earlier_import_took_something'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='EarlierReview',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('taken_from', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='grading.earlierimport')),
                        ('row_number', models.PositiveIntegerField(help_text='As the spreadsheet shows it; its heading is row 1')),
                        ('period_start', models.DateField()),
                        ('period_end', models.DateField(help_text='Last day of the period')),
                        ('incident_number', models.CharField(max_length=20)),
                        ('incident', models.ForeignKey(blank=True, help_text='The incident of that number, where it was imported here', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='referrals.incident')),
                        ('kind', models.CharField(blank=True, choices=[('DOMESTIC', 'Domestic incident'), ('CHILD_CONCERN', 'Concern for a child'), ('ADULT_CONCERN', 'Concern for an adult'), ('MISSING', 'Missing person'), ('MENTAL_HEALTH', 'Mental health'), ('VIOLENCE', 'Violence'), ('ANTI_SOCIAL', 'Anti-social behaviour'), ('OTHER', 'Other')], default='', max_length=20)),
                        ('district', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.area')),
                        ('team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.team')),
                        ('required', models.CharField(choices=[('YES', 'Yes, a form was needed'), ('NO', 'No, none was needed'), ('UNCLEAR', 'Unclear, for others to settle')], max_length=7)),
                        ('required_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CHILD', 'Child'), ('ADULT_AT_RISK', 'Adult at risk'), ('DOMESTIC_ABUSE', 'Domestic abuse'), ('STALKING_HARASSMENT', 'Stalking or harassment'), ('HONOUR_BASED_ABUSE', 'So-called honour-based abuse, forced marriage or FGM'), ('EXPLOITATION', 'Exploitation'), ('MENTAL_HEALTH', 'Mental health'), ('HATE', 'Hate'), ('MISSING', 'Missing'), ('PREVENT', 'Prevent')], max_length=24), blank=True, default=list, size=None)),
                        ('found_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CHILD', 'Child'), ('ADULT_AT_RISK', 'Adult at risk'), ('DOMESTIC_ABUSE', 'Domestic abuse'), ('STALKING_HARASSMENT', 'Stalking or harassment'), ('HONOUR_BASED_ABUSE', 'So-called honour-based abuse, forced marriage or FGM'), ('EXPLOITATION', 'Exploitation'), ('MENTAL_HEALTH', 'Mental health'), ('HATE', 'Hate'), ('MISSING', 'Missing'), ('PREVENT', 'Prevent')], max_length=24), blank=True, default=list, size=None)),
                        ('in_time', models.BooleanField(blank=True, help_text='null when no form was found, or it does not say', null=True)),
                        ('good_enough', models.BooleanField(blank=True, help_text='null when no form was found, or it does not say', null=True)),
                        ('why', models.TextField(blank=True, default='')),
                        ('forms_found', models.ManyToManyField(blank=True, help_text='PPNs submitted here that belong to the incident', related_name='+', to='referrals.referral')),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['force', '-period_start', 'incident_number', 'id'], name='earlier_review_newest_first'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(fields=('force', 'incident_number', 'period_start', 'period_end'), name='earlier_review_once_an_incident_and_period'),
                            models.CheckConstraint(condition=models.Q(('period_start__day', 1), ('period_start__lt', models.F('period_end')), ('period_start__year', models.F('period_end__year'))), name='earlier_review_period_is_of_months_within_a_year'),
                            models.CheckConstraint(condition=models.Q(models.Q(('required', 'YES'), models.Q(('required_types', []), _negated=True)), models.Q(models.Q(('required', 'YES'), _negated=True), ('required_types', [])), _connector='OR'), name='earlier_review_needed_says_for_what'),
                            models.CheckConstraint(condition=models.Q(models.Q(('good_enough', None), ('in_time', None)), models.Q(('found_types', []), _negated=True), _connector='OR'), name='earlier_review_judges_only_forms_found'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='GradeFeedback',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='grading.rounditem')),
                        ('state', models.CharField(choices=[('PREPARED', 'Being prepared'), ('TOLD', 'To be read'), ('READ', 'Read'), ('DISAGREED', 'Read, and the writer disagrees')], default='PREPARED', max_length=10)),
                        ('learning_point', models.TextField(blank=True, default='')),
                        ('theme', models.CharField(blank=True, choices=[('TIMELY', 'Timely'), ('CONCERN', 'The concern is clear'), ('LIVED_EXPERIENCE', 'Lived experience'), ('VOICE', "Voice: the child's words, the adult's wishes"), ('NEEDS_AND_HARM', 'Needs and harm'), ('IDENTITY', 'Identity and communication'), ('CURIOSITY', 'Household, history and curiosity'), ('RISK', 'Risk and the reasons for it'), ('SHARING', 'Lawful and fair sharing'), ('ACTION', 'Action taken and what is asked')], default='', help_text='The criterion that it is about', max_length=20)),
                        ('chosen_at', models.DateTimeField(blank=True, null=True)),
                        ('chosen_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recipient', models.ForeignKey(blank=True, db_index=False, help_text='Who wrote the PPN, once the round is published', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('told_at', models.DateTimeField(blank=True, null=True)),
                        ('disagreement', models.TextField(blank=True, default='')),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('answered_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'feedback on a grade',
                        'verbose_name_plural': 'feedback on grades',
                        'indexes': [
                            models.Index(condition=models.Q(('recipient__isnull', False)), fields=['recipient'], name='grade_feedback_recipient'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('chosen_at', None), ('chosen_by', None), ('learning_point', '')), models.Q(('chosen_at__isnull', False), ('chosen_by__isnull', False), models.Q(('learning_point', ''), _negated=True), models.Q(('theme', ''), _negated=True)), _connector='OR'), name='grade_feedback_learning_point_has_theme_who_and_when', violation_error_message='A learning point has a theme.'),
                            models.CheckConstraint(condition=models.Q(('theme__in', ['', 'TIMELY', 'CONCERN', 'LIVED_EXPERIENCE', 'VOICE', 'NEEDS_AND_HARM', 'IDENTITY', 'CURIOSITY', 'RISK', 'SHARING', 'ACTION'])), name='grade_feedback_theme_is_a_criterion'),
                            models.CheckConstraint(condition=models.Q(models.Q(('recipient', None), ('state', 'PREPARED'), ('told_at', None)), models.Q(models.Q(('state', 'PREPARED'), _negated=True), ('recipient__isnull', False), ('told_at__isnull', False)), _connector='OR'), name='grade_feedback_told_says_whom_and_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('answered_by', models.F('recipient')), ('answered_by__isnull', False), ('state__in', ('READ', 'DISAGREED'))), models.Q(models.Q(('state__in', ('READ', 'DISAGREED')), _negated=True), ('answered_at', None), ('answered_by', None)), _connector='OR'), name='grade_feedback_answered_by_its_recipient_says_when'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'DISAGREED'), models.Q(('disagreement', ''), _negated=True)), models.Q(models.Q(('state', 'DISAGREED'), _negated=True), ('disagreement', '')), _connector='OR'), name='grade_feedback_disagreement_has_words', violation_error_message='Say what you disagree with.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Grade',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='grade', to='grading.assignment')),
                        ('overall', models.PositiveSmallIntegerField(choices=[(1, 'Very poor'), (2, 'Needs improvement'), (3, 'Good'), (4, 'Excellent')])),
                        ('criteria', models.JSONField(blank=True, default=dict, help_text='Mark 1 to 4 by criterion; null where it does not apply')),
                        ('not_applicable', models.JSONField(blank=True, db_default={}, default=dict, help_text='Why, by each criterion that does not apply')),
                        ('reason', models.TextField(blank=True, db_default='', default='', help_text='Why the overall grade is not the one that the marks suggest')),
                        ('strength', models.TextField(blank=True)),
                        ('learning_point', models.TextField(blank=True)),
                        ('submitted_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('overall__gte', 1), ('overall__lte', 4)), name='grade_is_1_to_4', violation_error_message='A grade is 1, 2, 3 or 4.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='AgreedGrade',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreed_grades', to='grading.rounditem')),
                        ('number', models.PositiveSmallIntegerField(help_text='1 was agreed first')),
                        ('grade', models.PositiveSmallIntegerField(choices=[(1, 'Very poor'), (2, 'Needs improvement'), (3, 'Good'), (4, 'Excellent')])),
                        ('reason', models.TextField(blank=True)),
                        ('agreed_at', models.DateTimeField()),
                        ('agreed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('discussed_by', models.ManyToManyField(blank=True, help_text='The graders who took part in the discussion, where there was one', related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('item', 'number'), name='agreed_grade_numbered_once'),
                            models.CheckConstraint(condition=models.Q(('grade__gte', 1), ('grade__lte', 4)), name='agreed_grade_is_1_to_4', violation_error_message='A grade is 1, 2, 3 or 4.'),
                            models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('number__gt', 1), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='agreed_grade_correction_has_a_reason', violation_error_message='A correction needs a reason.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='grading.gradinground')),
                        ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('state', models.CharField(choices=[('OPEN', 'Invited'), ('WITHDRAWN', 'Withdrawn')], default='OPEN', max_length=10)),
                        ('places', models.PositiveSmallIntegerField(help_text='How many graders are asked for')),
                        ('reply_by', models.DateField()),
                        ('note', models.CharField(blank=True, default='', max_length=300)),
                        ('invited_at', models.DateTimeField()),
                        ('invited_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                        ('withdrawn_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('round', 'agency'), name='invitation_one_open_for_an_agency', violation_error_message='This agency is invited already.'),
                            models.CheckConstraint(condition=models.Q(('places__gte', 1), ('places__lte', 20)), name='invitation_asks_for_1_to_20_graders', violation_error_message='An agency is asked for 1 to 20 graders.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'WITHDRAWN'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), models.Q(models.Q(('state', 'WITHDRAWN'), _negated=True), ('withdrawn_at', None), ('withdrawn_by', None)), _connector='OR'), name='invitation_withdrawn_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='InvitationReply',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('invitation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='grading.invitation')),
                        ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('state', models.CharField(choices=[('ACCEPTED', 'Yes, I take part'), ('DECLINED', 'No, I cannot')], max_length=10)),
                        ('reason', models.CharField(blank=True, default='', max_length=300)),
                        ('replied_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name_plural': 'invitation replies',
                        'constraints': [
                            models.UniqueConstraint(fields=('invitation', 'person'), name='invitation_reply_one_a_person'),
                            models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('state', 'ACCEPTED')), models.Q(('state', 'DECLINED'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='invitation_reply_says_why_not', violation_error_message='Say why you cannot take part.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='LiveGap',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('sampled', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='live_gaps', to='grading.sampledincident')),
                        ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='live_gaps', to='grading.incidentreview')),
                        ('what', models.TextField(help_text='What is wrong: why the reviewer thinks what they think, as they wrote it then')),
                        ('done_at_once', models.TextField(help_text='What the reviewer did before anybody else was told')),
                        ('raised_at', models.DateTimeField()),
                        ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('due_at', models.DateTimeField(help_text='The end of the day on which it was raised, in London')),
                        ('outcome', models.TextField(blank=True, help_text='What was done for who may be at risk', validators=[django.core.validators.MinLengthValidator(20)])),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(condition=models.Q(('closed_at', None)), fields=['force', 'due_at'], name='live_gap_open_by_due'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('review',), name='live_gap_one_open_per_review'),
                            models.CheckConstraint(condition=models.Q(models.Q(('what', ''), _negated=True), models.Q(('done_at_once', ''), _negated=True)), name='live_gap_says_what_is_wrong_and_what_was_done'),
                            models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('raised_at'))), name='live_gap_is_due_after_it_was_raised'),
                            models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('outcome', '')), models.Q(('closed_at__gte', models.F('raised_at')), ('closed_by__isnull', False), django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length(django.db.models.functions.text.Trim('outcome')), 20)), _connector='OR'), name='live_gap_closed_says_who_when_and_what_was_done', violation_error_message='Say what was done in at least 20 characters.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='LiveGapCorrection',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('gap', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='grading.livegap')),
                        ('number', models.PositiveSmallIntegerField(help_text='1 came first')),
                        ('what', models.TextField(help_text='What is wrong, as the reviewer wrote it then')),
                        ('done_at_once', models.TextField(blank=True, help_text='What the reviewer did; empty: nobody is at risk after all')),
                        ('corrected_at', models.DateTimeField()),
                        ('corrected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('gap', 'number'), name='live_gap_correction_numbered_once'),
                            models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='live_gap_correction_says_what_is_wrong'),
                            models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='live_gap_correction_numbers_begin_at_one'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='LiveGapReading',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('gap', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='grading.livegap')),
                        ('reader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('read_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('gap', 'reader'), name='live_gap_reading_one_per_reader'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Departure',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departures', to='grading.rounditem')),
                        ('grader', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('kind', models.CharField(choices=[('REPLACED', 'Replaced by the supervisor'), ('CONFLICT', 'Knows whom it is about, or worked on it')], max_length=8)),
                        ('reason', models.TextField()),
                        ('left_at', models.DateTimeField()),
                        ('recorded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('item', 'grader'), name='departure_once_from_an_item'),
                            models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='departure_says_why', violation_error_message='Say why.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('kind', 'CONFLICT'), _negated=True), ('recorded_by', models.F('grader')), _connector='OR'), name='departure_for_a_conflict_is_declared_by_the_grader'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='PublishedRound',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('period', models.CharField(help_text='Year and month, for example 2024-10', max_length=7, unique=True)),
                        ('grade_1', models.PositiveSmallIntegerField()),
                        ('grade_2', models.PositiveSmallIntegerField()),
                        ('grade_3', models.PositiveSmallIntegerField()),
                        ('grade_4', models.PositiveSmallIntegerField()),
                        ('published_mean', models.CharField(help_text='As it was printed, with its decimals', max_length=8)),
                        ('source', models.CharField(max_length=120)),
                        ('imported_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('period__regex', '^[0-9]{4}-(0[1-9]|1[0-2])$')), name='published_round_period_is_a_month', violation_error_message='A period is a year and a month, for example 2024-10.'),
                            models.CheckConstraint(condition=models.Q(('published_mean__regex', '^([123](\\.[0-9]{1,6})?|4(\\.0{1,6})?)$')), name='published_round_mean_is_a_number_from_1_to_4', violation_error_message='A published average is a number from 1 to 4.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='PublishedCompliance',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('period', models.CharField(help_text='A year, or half of one, for example 2025-H1', max_length=7, unique=True)),
                        ('percent', models.CharField(help_text='As it was printed, with its decimals', max_length=8)),
                        ('minimum_examined', models.PositiveIntegerField(blank=True, help_text='How many incidents were examined at least, where that was said', null=True)),
                        ('source', models.CharField(max_length=120)),
                        ('imported_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name_plural': 'published compliance',
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('period__regex', '^[0-9]{4}(-H[12])?$')), name='published_compliance_period_is_a_year_or_half', violation_error_message='A period is a year or half of one, for example 2025-H1.'),
                            models.CheckConstraint(condition=models.Q(('percent__regex', '^([0-9]{1,2}(\\.[0-9]{1,3})?|100(\\.0{1,3})?)$')), name='published_compliance_is_a_percentage', violation_error_message='A published compliance is a percentage from 0 to 100.'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Removal',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='removal', to='grading.rounditem')),
                        ('successor', models.OneToOneField(blank=True, help_text='The next of the same draw; none for what was withdrawn where no other could be drawn', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stands_for', to='grading.rounditem')),
                        ('reason', models.CharField(choices=[('WITHDRAWN', 'It was withdrawn after the draw'), ('RECOGNISED', 'The panel would see whom it is about, whatever is hidden'), ('NO_GRADER', 'Nobody on the panel can grade it'), ('OTHER', 'Another reason')], max_length=12)),
                        ('words', models.TextField(validators=[django.core.validators.MinLengthValidator(30)])),
                        ('removed_at', models.DateTimeField()),
                        ('removed_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length(django.db.models.functions.text.Trim('words')), 30), name='removal_says_why_in_words', violation_error_message='Say why in at least 30 characters.'),
                            models.CheckConstraint(condition=models.Q(('successor__isnull', False), ('reason', 'WITHDRAWN'), _connector='OR'), name='removal_without_successor_is_of_what_was_withdrawn'),
                            models.CheckConstraint(condition=models.Q(('successor', models.F('item')), _negated=True), name='removal_leads_to_another'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ReportSchedule',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('force', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('kind', models.CharField(choices=[('DIP_SAMPLE', 'Compliance of a dip sample'), ('ANNUAL', 'Annual report')], default='DIP_SAMPLE', max_length=12)),
                        ('rhythm', models.CharField(choices=[('MONTHLY', 'Every month'), ('TWO_MONTHLY', 'Every two months, from January'), ('QUARTERLY', 'Every three months, from January'), ('YEARLY', 'Once a year')], max_length=12)),
                        ('month', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'January'), (2, 'February'), (3, 'March'), (4, 'April'), (5, 'May'), (6, 'June'), (7, 'July'), (8, 'August'), (9, 'September'), (10, 'October'), (11, 'November'), (12, 'December')], help_text='Of what is made once a year', null=True)),
                        ('day', models.PositiveSmallIntegerField(help_text='Of the month', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(28)])),
                        ('time', models.TimeField(help_text='On the clock in London')),
                        ('state', models.CharField(choices=[('RUNNING', 'Running'), ('PAUSED', 'Paused'), ('ENDED', 'Ended')], default='RUNNING', max_length=8)),
                        ('next_due_at', models.DateTimeField(blank=True, null=True)),
                        ('planned_at', models.DateTimeField()),
                        ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('readers', models.ManyToManyField(help_text='Who is told, while they may read reports', related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [
                            models.Index(condition=models.Q(('state', 'RUNNING')), fields=['next_due_at'], name='report_schedule_due'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('day__gte', 1), ('day__lte', 28)), name='report_schedule_on_a_day_of_every_month', violation_error_message='Choose a day from 1 to 28: every month has those.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('kind', 'ANNUAL'), ('rhythm', 'YEARLY'), ('month__gte', 1), ('month__isnull', False), ('month__lte', 12)), models.Q(models.Q(('kind', 'ANNUAL'), _negated=True), models.Q(('rhythm', 'YEARLY'), _negated=True), ('month', None)), _connector='OR'), name='report_schedule_of_years_once_a_year_in_its_month'),
                            models.CheckConstraint(condition=models.Q(models.Q(('next_due_at__isnull', False), ('state', 'RUNNING')), models.Q(models.Q(('state', 'RUNNING'), _negated=True), ('next_due_at', None)), _connector='OR'), name='report_schedule_due_while_it_runs'),
                            models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('state', 'ENDED')), models.Q(models.Q(('state', 'ENDED'), _negated=True), ('ended_at', None), ('ended_by', None)), _connector='OR'), name='report_schedule_ended_says_who_and_when'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ReportSlot',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='grading.reportschedule')),
                        ('due_on', models.DateField(help_text='By the London calendar, on which a clock change is no second day')),
                        ('due_at', models.DateTimeField()),
                        ('year', models.PositiveSmallIntegerField(blank=True, help_text='Of which its annual report is', null=True)),
                        ('filled_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('schedule', 'due_on'), name='report_slot_once_a_day'),
                            models.UniqueConstraint(condition=models.Q(('year__isnull', False)), fields=('schedule', 'year'), name='report_slot_once_a_year'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Report',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(choices=[('DIP_SAMPLE', 'Compliance of a dip sample'), ('ROUND', 'Grades of a round'), ('ANNUAL', 'Annual report')], default='DIP_SAMPLE', max_length=12)),
                        ('dip_sample', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='grading.dipsample')),
                        ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='grading.gradinground')),
                        ('force', models.ForeignKey(blank=True, help_text='Of an annual report', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                        ('year', models.PositiveSmallIntegerField(blank=True, help_text='Of an annual report: a calendar year', null=True)),
                        ('is_scheduled', models.BooleanField(default=False)),
                        ('slot', models.OneToOneField(blank=True, help_text='Of its schedule', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='report', to='grading.reportslot')),
                        ('requested_at', models.DateTimeField()),
                        ('requested_by', models.ForeignKey(blank=True, help_text='Nobody: the clock', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('job', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='jobs.job')),
                        ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                        ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('made_at', models.DateTimeField(blank=True, null=True)),
                        ('file', models.FileField(blank=True, help_text='In the private file store', max_length=200, upload_to='')),
                        ('sha256', models.CharField(blank=True, max_length=64)),
                        ('size', models.PositiveIntegerField(blank=True, help_text='Bytes', null=True)),
                        ('pages', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('tables', models.FileField(blank=True, db_default='', default='', help_text='The spreadsheet; reports of before had none', max_length=200, upload_to='')),
                        ('tables_sha256', models.CharField(blank=True, db_default='', default='', max_length=64)),
                        ('tables_size', models.PositiveIntegerField(blank=True, help_text='Bytes', null=True)),
                        ('figures', models.JSONField(blank=True, help_text='Every figure in it', null=True)),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['-requested_at', '-id'], name='report_newest_first'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('is_scheduled', True), ('slot', None)), fields=('kind', 'dip_sample'), name='report_scheduled_once_a_sample'),
                            models.UniqueConstraint(condition=models.Q(('is_scheduled', True)), fields=('round',), name='report_scheduled_once_a_round'),
                            models.CheckConstraint(condition=models.Q(models.Q(('dip_sample__isnull', False), ('force', None), ('kind', 'DIP_SAMPLE'), ('round', None), ('year', None)), models.Q(('dip_sample', None), ('force', None), ('kind', 'ROUND'), ('round__isnull', False), ('slot', None), ('year', None)), models.Q(('dip_sample', None), ('force__isnull', False), ('kind', 'ANNUAL'), ('round', None), ('year__isnull', False)), _connector='OR'), name='report_is_of_what_its_kind_says'),
                            models.CheckConstraint(condition=models.Q(models.Q(('kind', 'ANNUAL'), _negated=True), ('is_scheduled', False), ('slot__isnull', False), _connector='OR'), name='report_of_a_year_is_planned_or_asked_for'),
                            models.CheckConstraint(condition=models.Q(('slot', None), ('is_scheduled', True), _connector='OR'), name='report_of_a_slot_is_scheduled'),
                            models.CheckConstraint(condition=models.Q(('is_scheduled', True), ('requested_by__isnull', False), _connector='OR'), name='report_scheduled_or_asked_for_by_somebody'),
                            models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at', None), ('cancelled_by', None)), models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False), ('made_at', None)), _connector='OR'), name='report_cancelled_says_who_and_when_and_is_not_made'),
                            models.CheckConstraint(condition=models.Q(models.Q(('figures__isnull', True), ('file', ''), ('made_at', None), ('pages', None), ('sha256', ''), ('size', None)), models.Q(('figures__isnull', False), ('made_at__isnull', False), ('pages__isnull', False), ('size__isnull', False), models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='report_made_has_file_and_figures'),
                            models.CheckConstraint(condition=models.Q(models.Q(('tables', ''), ('tables_sha256', ''), ('tables_size', None)), models.Q(('made_at__isnull', False), ('tables_size__isnull', False), models.Q(('tables', ''), _negated=True), models.Q(('tables_sha256', ''), _negated=True)), _connector='OR'), name='report_tables_are_whole_and_made_with_it'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Settlement',
                    fields=[
                        ('required', models.CharField(choices=[('YES', 'Yes, a form was needed'), ('NO', 'No, none was needed'), ('UNCLEAR', 'Unclear, for others to settle')], max_length=7)),
                        ('required_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CHILD', 'Child'), ('ADULT_AT_RISK', 'Adult at risk'), ('DOMESTIC_ABUSE', 'Domestic abuse'), ('STALKING_HARASSMENT', 'Stalking or harassment'), ('HONOUR_BASED_ABUSE', 'So-called honour-based abuse, forced marriage or FGM'), ('EXPLOITATION', 'Exploitation'), ('MENTAL_HEALTH', 'Mental health'), ('HATE', 'Hate'), ('MISSING', 'Missing'), ('PREVENT', 'Prevent')], max_length=24), blank=True, default=list, size=None)),
                        ('found_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('CHILD', 'Child'), ('ADULT_AT_RISK', 'Adult at risk'), ('DOMESTIC_ABUSE', 'Domestic abuse'), ('STALKING_HARASSMENT', 'Stalking or harassment'), ('HONOUR_BASED_ABUSE', 'So-called honour-based abuse, forced marriage or FGM'), ('EXPLOITATION', 'Exploitation'), ('MENTAL_HEALTH', 'Mental health'), ('HATE', 'Hate'), ('MISSING', 'Missing'), ('PREVENT', 'Prevent')], max_length=24), blank=True, default=list, size=None)),
                        ('in_time', models.BooleanField(blank=True, help_text='null when no form was found', null=True)),
                        ('reason_missing', models.CharField(blank=True, choices=[('FORGOTTEN', 'Forgotten'), ('THOUGHT_OTHER_DID', 'Thought that somebody else had done it'), ('THOUGHT_NOT_NEEDED', 'Thought that it was not needed'), ('SYSTEM', 'A fault of a system'), ('HANDED_OVER', 'Lost when the incident was handed over'), ('NOT_RECORDED', 'Not recorded')], max_length=20)),
                        ('why', models.TextField(validators=[django.core.validators.MinLengthValidator(30)])),
                        ('quick_quality', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Nobody could act on it'), (2, 'A partner would have to ask again first'), (3, 'Good enough to act on'), (4, 'Good enough, with nothing left to ask')], help_text='null when no form was found, or nobody judged it', null=True)),
                        ('learning_themes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('TIMELY', 'Timely'), ('CONCERN', 'The concern is clear'), ('LIVED_EXPERIENCE', 'Lived experience'), ('VOICE', "Voice: the child's words, the adult's wishes"), ('NEEDS_AND_HARM', 'Needs and harm'), ('IDENTITY', 'Identity and communication'), ('CURIOSITY', 'Household, history and curiosity'), ('RISK', 'Risk and the reasons for it'), ('SHARING', 'Lawful and fair sharing'), ('ACTION', 'Action taken and what is asked')], max_length=20), blank=True, db_default=[], default=list, help_text='What is missing in a form that is not good enough', size=None)),
                        ('supervisor_seen', models.BooleanField(blank=True, help_text='Whether a supervisor looked at the incident; null when that is not known', null=True)),
                        ('school_told', models.CharField(blank=True, choices=[('IN_TIME', 'Told in time'), ('LATE', 'Told late'), ('NOT_TOLD', 'Not told'), ('NOT_NEEDED', 'No school had to be told')], db_default='', default='', max_length=10)),
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('sampled', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='settlement', to='grading.sampledincident')),
                        ('is_set_aside', models.BooleanField(db_default=False, default=False, help_text='Nobody of the force could review or settle it, so it counts in no share')),
                        ('settled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('settled_at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('required', 'YES'), models.Q(('required_types', []), _negated=True)), models.Q(models.Q(('required', 'YES'), _negated=True), ('required_types', [])), _connector='OR'), name='settlement_needed_says_which_forms', violation_error_message='Say which forms were needed.'),
                            models.CheckConstraint(condition=models.Q(('in_time', None), models.Q(('found_types', []), _negated=True), _connector='OR'), name='settlement_in_time_only_of_forms_found'),
                            models.CheckConstraint(condition=django.db.models.lookups.GreaterThanOrEqual(django.db.models.functions.text.Length(django.db.models.functions.text.Trim('why')), 30), name='settlement_says_why', violation_error_message='Say why in at least 30 characters.'),
                            models.CheckConstraint(condition=models.Q(('quick_quality', None), models.Q(('quick_quality__in', [1, 2, 3, 4]), models.Q(('found_types', []), _negated=True)), _connector='OR'), name='settlement_only_forms_found_are_good_enough', violation_error_message='Only a form that was found can be good enough or not.'),
                            models.CheckConstraint(condition=models.Q(models.Q(('quick_quality__in', (1, 2)), ('quick_quality__isnull', False), models.Q(('learning_themes', []), _negated=True)), models.Q(models.Q(('quick_quality', None), ('quick_quality__in', (3, 4)), _connector='OR'), ('learning_themes', [])), _connector='OR'), name='settlement_not_good_enough_says_what_is_missing', violation_error_message='Say what is missing in a form that is not good enough.'),
                            models.CheckConstraint(condition=models.Q(('school_told', ''), ('required_types__contains', ['CHILD', 'DOMESTIC_ABUSE']), _connector='OR'), name='settlement_school_told_of_child_and_domestic_abuse', violation_error_message='A school is told where a form was needed for both a child and domestic abuse.'),
                            models.CheckConstraint(condition=models.Q(('reason_missing', ''), ('required', 'YES'), _connector='OR'), name='settlement_reason_only_where_a_form_was_needed'),
                            models.CheckConstraint(condition=models.Q(('is_set_aside', False), models.Q(('found_types', []), ('in_time', None), ('reason_missing', ''), ('required', 'UNCLEAR')), _connector='OR'), name='settlement_set_aside_finds_nothing'),
                        ],
                    },
                ),
            ],
        ),
    ]
