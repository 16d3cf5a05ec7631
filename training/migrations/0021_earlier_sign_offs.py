"""Sign-offs on paper of before, what a trainer accepted of them, guests of partner agencies in groups, and reminders of what lapses.

The checks of reminders of before are left to the next migration, which holds no lock that stops people.
"""

import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


KEPT = ("earlierimport", "earliersignoff", "earlieracceptance")
OF_THE_PERSON = """
CREATE OR REPLACE FUNCTION training_check_lapse_reminder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM training_trainingdigest
        WHERE id = NEW.digest_id AND person_id = NEW.person_id AND audience = 'SELF'
    ) OR NOT EXISTS (
        SELECT 1 FROM training_trainingrecord WHERE id = NEW.record_id AND person_id = NEW.person_id
        UNION ALL
        SELECT 1 FROM training_skillevidence WHERE id = NEW.evidence_id AND person_id = NEW.person_id{more}
    ) THEN
        RAISE EXCEPTION 'People are told of their own training, in a mail to themselves.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
AND_PAPER = """
        UNION ALL
        SELECT 1 FROM training_earlieracceptance WHERE id = NEW.acceptance_id AND person_id = NEW.person_id"""
WALLS = """
CREATE TRIGGER training_earlier_import_only_undone BEFORE UPDATE ON training_earlierimport
    FOR EACH ROW WHEN (
        OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL
        OR (OLD.id, OLD.agency_id, OLD.person_id, OLD.by_id, OLD.at, OLD.file_name, OLD.sha256, OLD.headings,
            OLD.headings_sha256, OLD.places, OLD.rows, OLD.taken, OLD.already_there, OLD.refused)
        IS DISTINCT FROM
           (NEW.id, NEW.agency_id, NEW.person_id, NEW.by_id, NEW.at, NEW.file_name, NEW.sha256, NEW.headings,
            NEW.headings_sha256, NEW.places, NEW.rows, NEW.taken, NEW.already_there, NEW.refused)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_earlier_sign_off_only_undone BEFORE UPDATE ON training_earliersignoff
    FOR EACH ROW WHEN (
        OLD.undone_at IS NOT NULL OR NEW.undone_at IS NULL
        OR (OLD.id, OLD.agency_id, OLD.person_id, OLD.taken_from_id, OLD.row_number, OLD.item, OLD.item_key, OLD.done_on,
            OLD.evidence, OLD.mentor, OLD.mentor_on, OLD.line_manager, OLD.line_manager_on, OLD.notes)
        IS DISTINCT FROM
           (NEW.id, NEW.agency_id, NEW.person_id, NEW.taken_from_id, NEW.row_number, NEW.item, NEW.item_key, NEW.done_on,
            NEW.evidence, NEW.mentor, NEW.mentor_on, NEW.line_manager, NEW.line_manager_on, NEW.notes)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_earlier_acceptance_only_taken_back BEFORE UPDATE ON training_earlieracceptance
    FOR EACH ROW WHEN (
        OLD.taken_back_at IS NOT NULL OR NEW.taken_back_at IS NULL
        OR (OLD.id, OLD.sign_off_id, OLD.person_id, OLD.module_id, OLD.lapses_on, OLD.accepted_at, OLD.accepted_by_id, OLD.why)
        IS DISTINCT FROM
           (NEW.id, NEW.sign_off_id, NEW.person_id, NEW.module_id, NEW.lapses_on, NEW.accepted_at, NEW.accepted_by_id, NEW.why)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();

CREATE FUNCTION training_check_earlier_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_sign_off training_earliersignoff%ROWTYPE;
BEGIN
    -- Locked, so that one that is being undone is waited for.
    SELECT * INTO the_sign_off FROM training_earliersignoff WHERE id = NEW.sign_off_id FOR UPDATE;
    IF the_sign_off.undone_at IS NOT NULL THEN
        RAISE EXCEPTION 'What was undone is not accepted.' USING ERRCODE = 'check_violation';
    END IF;
    IF the_sign_off.person_id <> NEW.person_id THEN
        RAISE EXCEPTION 'A sign-off is accepted for its own person.' USING ERRCODE = 'check_violation';
    END IF;
    IF the_sign_off.mentor = '' OR the_sign_off.line_manager = '' THEN
        RAISE EXCEPTION 'What is accepted was signed by both.' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM training_module WHERE id = NEW.module_id AND force_id = the_sign_off.agency_id
    ) THEN
        RAISE EXCEPTION 'A sign-off is accepted for a module of its agency.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_earlier_acceptance_is_of_its_sign_off BEFORE INSERT ON training_earlieracceptance
    FOR EACH ROW EXECUTE FUNCTION training_check_earlier_acceptance();
""" + "".join(
    f"CREATE TRIGGER training_{table}_never_goes BEFORE DELETE ON training_{table} "
    "FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();\n"
    for table in KEPT
) + OF_THE_PERSON.replace("{more}", AND_PAPER)
NO_WALLS = OF_THE_PERSON.replace("{more}", "") + "".join(
    f"DROP TRIGGER training_{table}_never_goes ON training_{table};\n" for table in KEPT
) + """
DROP TRIGGER training_earlier_acceptance_is_of_its_sign_off ON training_earlieracceptance;
DROP FUNCTION training_check_earlier_acceptance();
DROP TRIGGER training_earlier_acceptance_only_taken_back ON training_earlieracceptance;
DROP TRIGGER training_earlier_sign_off_only_undone ON training_earliersignoff;
DROP TRIGGER training_earlier_import_only_undone ON training_earlierimport;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ('training', '0020_outcome_imports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EarlierImport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('file_name', models.CharField(max_length=120)),
                ('sha256', models.CharField(max_length=64)),
                ('headings', models.JSONField(help_text='The headings of the file, in its order')),
                ('headings_sha256', models.CharField(help_text='By which the columns are known again', max_length=64)),
                ('places', models.JSONField(help_text='By field the place of its column')),
                ('rows', models.PositiveIntegerField()),
                ('taken', models.PositiveIntegerField()),
                ('already_there', models.PositiveIntegerField()),
                ('refused', models.PositiveIntegerField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_because', models.TextField(blank=True, default='')),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'import of earlier sign-offs',
                'verbose_name_plural': 'imports of earlier sign-offs',
            },
        ),
        migrations.CreateModel(
            name='EarlierSignOff',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('row_number', models.PositiveIntegerField(help_text='As the spreadsheet shows it; its heading is row 1')),
                ('item', models.CharField(max_length=200)),
                ('item_key', models.CharField(help_text='The item by which it is known again, in small letters', max_length=400)),
                ('done_on', models.DateField()),
                ('evidence', models.TextField(blank=True)),
                ('mentor', models.CharField(blank=True, help_text='As the spreadsheet writes the name', max_length=120)),
                ('mentor_on', models.DateField(blank=True, null=True)),
                ('line_manager', models.CharField(blank=True, help_text='As the spreadsheet writes the name', max_length=120)),
                ('line_manager_on', models.DateField(blank=True, null=True)),
                ('notes', models.TextField(blank=True)),
                ('undone_at', models.DateTimeField(blank=True, help_text='When its import was undone', null=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='earlier_sign_offs', to=settings.AUTH_USER_MODEL)),
                ('taken_from', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_offs', to='training.earlierimport')),
            ],
            options={
                'verbose_name': 'earlier sign-off',
            },
        ),
        migrations.CreateModel(
            name='EarlierAcceptance',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('lapses_on', models.DateField(blank=True, help_text='First day on which it no longer counts', null=True)),
                ('accepted_at', models.DateTimeField()),
                ('why', models.TextField()),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('taken_back_because', models.TextField(blank=True, default='')),
                ('accepted_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('module', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='met_on_paper', to='training.module')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('taken_back_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sign_off', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='training.earliersignoff')),
            ],
            options={
                'verbose_name': 'acceptance of an earlier sign-off',
                'verbose_name_plural': 'acceptances of earlier sign-offs',
            },
        ),
        migrations.CreateModel(
            name='GroupGuest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('agency_name', models.CharField(help_text='Where they work', max_length=100)),
                ('plays', models.CharField(choices=[('CHAIR', 'Chair'), ('POLICE', 'Police'), ('HEALTH', 'Health'), ('EDUCATION', 'Education'), ('CHILDRENS_SERVICES', "Children's social worker"), ('HOUSING', 'Housing'), ('PROBATION', 'Probation')], max_length=20)),
                ('took_part', models.BooleanField(blank=True, null=True)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guests', to='training.rungroup')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='guests', to='training.exerciserun')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='lapsereminder',
            name='lapse_reminder_is_about_one_thing',
        ),
        migrations.AddField(
            model_name='lapsereminder',
            name='acceptance',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lapse_reminders', to='training.earlieracceptance'),
        ),
        AddConstraintNotValid(
            model_name='lapsereminder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acceptance', None), ('evidence', None), ('record__isnull', False)), models.Q(('acceptance', None), ('evidence__isnull', False), ('record', None)), models.Q(('acceptance__isnull', False), ('evidence', None), ('record', None)), _connector='OR'), name='lapse_reminder_is_about_one_thing'),
        ),
        migrations.AddIndex(
            model_name='earlierimport',
            index=models.Index(fields=['person', '-at', '-id'], name='earlier_import_by_person'),
        ),
        migrations.AddIndex(
            model_name='earlierimport',
            index=models.Index(fields=['agency', 'headings_sha256', '-at'], name='earlier_import_by_headings'),
        ),
        migrations.AddConstraint(
            model_name='earlierimport',
            constraint=models.CheckConstraint(condition=models.Q(('rows', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('taken'), '+', models.F('already_there')), '+', models.F('refused')))), name='earlier_sign_offs_counts_in_equal_counts_out'),
        ),
        migrations.AddConstraint(
            model_name='earlierimport',
            constraint=models.CheckConstraint(condition=models.Q(('taken__gte', 1)), name='earlier_sign_offs_took_something'),
        ),
        migrations.AddConstraint(
            model_name='earlierimport',
            constraint=models.CheckConstraint(condition=models.Q(('by', models.F('person')), _negated=True), name='earlier_sign_offs_never_ones_own', violation_error_message='Nobody takes over their own sign-offs.'),
        ),
        migrations.AddConstraint(
            model_name='earlierimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_because', ''), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False), models.Q(('undone_because', ''), _negated=True)), _connector='OR'), name='earlier_sign_offs_undone_says_who_when_and_why'),
        ),
        migrations.AddIndex(
            model_name='earliersignoff',
            index=models.Index(fields=['person', '-done_on', 'id'], name='earlier_sign_off_by_person'),
        ),
        migrations.AddConstraint(
            model_name='earliersignoff',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('person', 'item_key', 'done_on'), name='earlier_sign_off_once_an_item_and_day', violation_error_message='This item of that day was taken over before.'),
        ),
        migrations.AddConstraint(
            model_name='earliersignoff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('item', ''), _negated=True), models.Q(('item_key', ''), _negated=True)), name='earlier_sign_off_names_its_item'),
        ),
        migrations.AddConstraint(
            model_name='earliersignoff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('mentor', ''), ('mentor_on', None)), models.Q(models.Q(('mentor', ''), _negated=True), ('mentor_on__isnull', False)), _connector='OR'), models.Q(models.Q(('line_manager', ''), ('line_manager_on', None)), models.Q(models.Q(('line_manager', ''), _negated=True), ('line_manager_on__isnull', False)), _connector='OR')), name='earlier_sign_off_has_name_and_day_together'),
        ),
        migrations.AddConstraint(
            model_name='earliersignoff',
            constraint=models.CheckConstraint(condition=models.Q(('line_manager', ''), ('mentor', ''), _negated=True), name='earlier_sign_off_was_signed_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='earlieracceptance',
            index=models.Index(fields=['sign_off', 'accepted_at'], name='earlier_acceptance_by_sign_off'),
        ),
        migrations.AddIndex(
            model_name='earlieracceptance',
            index=models.Index(condition=models.Q(('taken_back_at', None)), fields=['module', 'person'], name='earlier_acceptance_holding'),
        ),
        migrations.AddIndex(
            model_name='earlieracceptance',
            index=models.Index(condition=models.Q(('taken_back_at', None)), fields=['person', 'lapses_on'], name='earlier_acceptance_lapsing'),
        ),
        migrations.AddConstraint(
            model_name='earlieracceptance',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_back_at', None)), fields=('sign_off',), name='earlier_acceptance_one_at_a_time', violation_error_message='This sign-off is accepted for a module already.'),
        ),
        migrations.AddConstraint(
            model_name='earlieracceptance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_by', models.F('person')), _negated=True), models.Q(('taken_back_by', None), models.Q(('taken_back_by', models.F('person')), _negated=True), _connector='OR')), name='earlier_acceptance_never_ones_own', violation_error_message='Nobody accepts their own sign-offs.'),
        ),
        migrations.AddConstraint(
            model_name='earlieracceptance',
            constraint=models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='earlier_acceptance_says_why'),
        ),
        migrations.AddConstraint(
            model_name='earlieracceptance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_back_at', None), ('taken_back_because', ''), ('taken_back_by', None)), models.Q(('taken_back_at__isnull', False), ('taken_back_by__isnull', False), models.Q(('taken_back_because', ''), _negated=True)), _connector='OR'), name='earlier_acceptance_taken_back_says_who_when_and_why'),
        ),
        migrations.AddConstraint(
            model_name='groupguest',
            constraint=models.UniqueConstraint(fields=('run', 'name', 'agency_name'), name='group_guest_once_in_a_run', violation_error_message='This guest is in a group of this run already.'),
        ),
        migrations.AddConstraint(
            model_name='groupguest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('agency_name', ''), _negated=True)), name='group_guest_has_name_and_agency'),
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
