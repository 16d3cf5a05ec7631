"""Somebody signs in the place of a mentor or line manager who is away, and both names stay on the signature.

The checks of rows of before are left to the next migration, which holds no lock that stops people from signing.
"""

import uuid
from datetime import timedelta
from importlib import import_module

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import training.models.periods

BEFORE = import_module("training.migrations.0002_signatures_stand").FORBID


def as_it_was(name: str) -> str:
    """A function of migration 0002, to go back to."""
    body = BEFORE[BEFORE.index(f"CREATE FUNCTION {name}()") :]
    return body[: body.index("END $$;")].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1) + "END $$;\n"


WALLS = """
CREATE TRIGGER training_delegation_only_ends BEFORE UPDATE ON training_signingdelegation
    FOR EACH ROW WHEN (
        OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.ends_on > OLD.ends_on
        OR (OLD.id, OLD.agency_id, OLD.role, OLD.absent_id, OLD.deputy_id, OLD.starts_on, OLD.made_at, OLD.made_by_id)
        IS DISTINCT FROM
        (NEW.id, NEW.agency_id, NEW.role, NEW.absent_id, NEW.deputy_id, NEW.starts_on, NEW.made_at, NEW.made_by_id)
    ) EXECUTE FUNCTION training_refuse_to_rewrite();
CREATE TRIGGER training_delegation_never_goes BEFORE DELETE ON training_signingdelegation
    FOR EACH ROW EXECUTE FUNCTION training_refuse_removal();

CREATE OR REPLACE FUNCTION training_check_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_record training_trainingrecord%ROWTYPE;
    the_named uuid;
    the_mentors_signer uuid;
BEGIN
    -- Locked, so that two signatures at the same moment see each other.
    SELECT * INTO the_record FROM training_trainingrecord WHERE id = NEW.record_id FOR UPDATE;
    IF NEW.version <> the_record.version THEN
        RAISE EXCEPTION 'A signature is for the version that counts.' USING ERRCODE = 'check_violation';
    END IF;
    the_named := CASE NEW.role WHEN 'MENTOR' THEN the_record.mentor_id ELSE the_record.line_manager_id END;
    IF NEW.on_behalf_of_id IS NULL THEN
        IF NEW.signer_id <> the_named THEN
            RAISE EXCEPTION 'Only the person who is named signs.' USING ERRCODE = 'check_violation';
        END IF;
    ELSE
        -- Locked, so that a time that is being ended is waited for.
        PERFORM 1 FROM training_signingdelegation d
        WHERE d.id = NEW.delegation_id AND d.role = NEW.role AND d.agency_id = the_record.agency_id
        AND d.absent_id = the_named AND d.absent_id = NEW.on_behalf_of_id AND d.deputy_id = NEW.signer_id
        AND d.starts_on <= (NEW.signed_at AT TIME ZONE 'Europe/London')::date
        AND d.ends_on > (NEW.signed_at AT TIME ZONE 'Europe/London')::date
        FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'Only the person who is named signs, or who was named in their place for that day.'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.signer_id = the_record.person_id THEN
        RAISE EXCEPTION 'Nobody signs off their own training.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.signer_id = (CASE NEW.role WHEN 'MENTOR' THEN the_record.line_manager_id ELSE the_record.mentor_id END) THEN
        RAISE EXCEPTION 'Nobody signs in the place of the other of the two.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.role = 'LINE_MANAGER' THEN
        SELECT s.signer_id INTO the_mentors_signer FROM training_signature s
        WHERE s.record_id = NEW.record_id AND s.role = 'MENTOR'
        AND NOT EXISTS (SELECT 1 FROM training_signaturerevocation r WHERE r.signature_id = s.id);
        IF the_mentors_signer IS NULL THEN
            RAISE EXCEPTION 'The mentor signs before the line manager.' USING ERRCODE = 'check_violation';
        END IF;
        IF the_mentors_signer = NEW.signer_id THEN
            RAISE EXCEPTION 'The two signatures are those of two people.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF EXISTS (
        SELECT 1 FROM training_signature s WHERE s.record_id = NEW.record_id AND s.role = NEW.role
        AND NOT EXISTS (SELECT 1 FROM training_signaturerevocation r WHERE r.signature_id = s.id)
    ) THEN
        RAISE EXCEPTION 'There is a signature in that role already.' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION training_check_who_completed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_record training_trainingrecord%ROWTYPE;
BEGIN
    SELECT * INTO the_record FROM training_trainingrecord WHERE id = NEW.id;
    IF the_record.state = 'COMPLETE' AND NOT EXISTS (
        SELECT 1 FROM training_signature s
        WHERE s.record_id = the_record.id AND s.role = 'LINE_MANAGER' AND s.signer_id = the_record.completed_by_id
        AND NOT EXISTS (SELECT 1 FROM training_signaturerevocation r WHERE r.signature_id = s.id)
    ) THEN
        RAISE EXCEPTION 'A record is completed by who signed second.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER training_record_was_completed_by_who_signed
    AFTER INSERT OR UPDATE ON training_trainingrecord DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION training_check_who_completed();
"""
NO_WALLS = f"""
DROP TRIGGER training_record_was_completed_by_who_signed ON training_trainingrecord;
DROP FUNCTION training_check_who_completed();
{as_it_was("training_check_signature")}
DROP TRIGGER training_delegation_never_goes ON training_signingdelegation;
DROP TRIGGER training_delegation_only_ends ON training_signingdelegation;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_intelligence_officer"),
        ("training", "0012_cpd_log_is_checked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SigningDelegation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('role', models.CharField(choices=[('MENTOR', 'Mentor'), ('LINE_MANAGER', 'Line manager')], max_length=12)),
                ('absent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(help_text='The first day on which it no longer counts')),
                ('made_at', models.DateTimeField()),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['deputy', 'role'], name='delegation_by_deputy'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('absent', models.F('deputy')), _negated=True), name='delegation_never_to_oneself', violation_error_message='Nobody signs in their own place.'),
                    models.CheckConstraint(condition=models.Q(('made_by', models.F('deputy')), _negated=True), name='delegation_named_by_somebody_else', violation_error_message='Nobody names themselves as a deputy.'),
                    models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on')), ('ends_on__lte', django.db.models.expressions.CombinedExpression(models.F('starts_on'), '+', models.Value(timedelta(days=92))))), name='delegation_days_run_forwards', violation_error_message='A deputy is named for at most three months.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='delegation_ended_says_who_and_when'),
                    django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('role', '='), ('absent', '='), (training.models.periods.Days('starts_on', 'ends_on'), '&&')], name='delegation_to_one_at_a_time', violation_error_message="Somebody signs in this person's place in these days already."),
                ],
            },
        ),
        migrations.AddField(
            model_name='signature',
            name='on_behalf_of',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The person who is named, where somebody else signs in their place', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signature',
            name='delegation',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='training.signingdelegation'),
        ),
        AddConstraintNotValid(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('delegation', None), ('on_behalf_of', None)), models.Q(('delegation__isnull', False), ('on_behalf_of__isnull', False), models.Q(('on_behalf_of', models.F('signer')), _negated=True)), _connector='OR'), name='signature_for_another_names_both'),
        ),
        migrations.RemoveConstraint(
            model_name='trainingrecord',
            name='training_record_completed_says_who_and_when',
        ),
        # What stood before said more: who completed a record was the named line manager. So every row of before fits.
        AddConstraintNotValid(
            model_name='trainingrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('completed_at__isnull', False), ('completed_by__isnull', False), ('state', 'COMPLETE'), models.Q(('completed_by', models.F('person')), _negated=True), models.Q(('completed_by', models.F('mentor')), _negated=True)), models.Q(models.Q(('state', 'COMPLETE'), _negated=True), ('completed_at', None), ('completed_by', None), ('lapses_on', None)), _connector='OR'), name='training_record_completed_says_who_and_when'),
        ),
        migrations.RunSQL(WALLS, NO_WALLS),
    ]
