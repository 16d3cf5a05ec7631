"""What an agency was asked for graders of a round never changes, and nothing of it goes."""

from django.db import migrations

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
    replaces = [
        ("grading", "0030_invitations"),
    ]

    dependencies = [("grading", "0005_reports_stand")]

    operations = [migrations.RunSQL(WALL, NO_WALL)]
