"""Agencies are asked for graders of a round, and their people answer. What was asked never changes, and nothing of it goes."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

# The place of an answer cannot change either; what it says can, until graders are assigned.
WALL = """
CREATE FUNCTION grading_refuse_change_of_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What an agency was asked is never changed.' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER grading_invitation_never_changes BEFORE UPDATE ON grading_invitation
    FOR EACH ROW WHEN (
        OLD.state = 'WITHDRAWN'
        OR (OLD.round_id, OLD.agency_id, OLD.places, OLD.reply_by, OLD.note, OLD.invited_at, OLD.invited_by_id)
        IS DISTINCT FROM
        (NEW.round_id, NEW.agency_id, NEW.places, NEW.reply_by, NEW.note, NEW.invited_at, NEW.invited_by_id)
    ) EXECUTE FUNCTION grading_refuse_change_of_invitation();
CREATE TRIGGER grading_reply_stays_with_its_person BEFORE UPDATE ON grading_invitationreply
    FOR EACH ROW WHEN ((OLD.invitation_id, OLD.person_id) IS DISTINCT FROM (NEW.invitation_id, NEW.person_id))
    EXECUTE FUNCTION grading_refuse_change_of_invitation();
CREATE TRIGGER grading_invitation_never_goes BEFORE DELETE ON grading_invitation
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_removal();
CREATE TRIGGER grading_invitationreply_never_goes BEFORE DELETE ON grading_invitationreply
    FOR EACH ROW EXECUTE FUNCTION grading_refuse_removal();
"""
NO_WALL = """
DROP TRIGGER grading_invitationreply_never_goes ON grading_invitationreply;
DROP TRIGGER grading_invitation_never_goes ON grading_invitation;
DROP TRIGGER grading_reply_stays_with_its_person ON grading_invitationreply;
DROP TRIGGER grading_invitation_never_changes ON grading_invitation;
DROP FUNCTION grading_refuse_change_of_invitation();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_intelligence_officer'),
        ("grading", "0029_earlier_reviews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('OPEN', 'Invited'), ('WITHDRAWN', 'Withdrawn')], default='OPEN', max_length=10)),
                ('places', models.PositiveSmallIntegerField(help_text='How many graders are asked for')),
                ('reply_by', models.DateField()),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('invited_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency')),
                ('invited_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='grading.gradinground')),
                ('withdrawn_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='InvitationReply',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('ACCEPTED', 'Yes, I take part'), ('DECLINED', 'No, I cannot')], max_length=10)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('replied_at', models.DateTimeField()),
                ('invitation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='grading.invitation')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'invitation replies',
            },
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('round', 'agency'), name='invitation_one_open_for_an_agency', violation_error_message='This agency is invited already.'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('places__gte', 1), ('places__lte', 20)), name='invitation_asks_for_1_to_20_graders', violation_error_message='An agency is asked for 1 to 20 graders.'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'WITHDRAWN'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), models.Q(models.Q(('state', 'WITHDRAWN'), _negated=True), ('withdrawn_at', None), ('withdrawn_by', None)), _connector='OR'), name='invitation_withdrawn_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='invitationreply',
            constraint=models.UniqueConstraint(fields=('invitation', 'person'), name='invitation_reply_one_a_person'),
        ),
        migrations.AddConstraint(
            model_name='invitationreply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('state', 'ACCEPTED')), models.Q(('state', 'DECLINED'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='invitation_reply_says_why_not', violation_error_message='Say why you cannot take part.'),
        ),
        migrations.RunSQL(WALL, NO_WALL),
    ]
