"""Who needs which module stood with account roles; from here on it stands in profiles, one for each such role.

The release before this one still reads the old table: a later migration drops it. It holds no foreign key any more, so that it
ties nothing. Backwards, what is required by profiles of account roles stands with those roles again.
"""

from collections import defaultdict

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accounts.roles import ROLES

WITHOUT_KEY = """
DO $$
DECLARE
    the_name text;
BEGIN
    FOR the_name IN SELECT conname FROM pg_constraint
        WHERE conrelid = 'training_modulerequirement'::regclass AND contype = 'f'
    LOOP
        EXECUTE format('ALTER TABLE training_modulerequirement DROP CONSTRAINT %I', the_name);
    END LOOP;
END $$;
"""
WITH_KEY = """
ALTER TABLE training_modulerequirement ADD CONSTRAINT training_modulerequirement_module_id_fk
    FOREIGN KEY (module_id) REFERENCES training_module (id) DEFERRABLE INITIALLY DEFERRED;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def into_profiles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A profile for each account role that needed something in a force, named as the role is."""
    ModuleRequirement = apps.get_model("training", "ModuleRequirement")
    RoleProfile = apps.get_model("training", "RoleProfile")
    ProfileModule = apps.get_model("training", "ProfileModule")
    needed = defaultdict(set)
    for old in ModuleRequirement.objects.select_related("module"):
        needed[old.module.force_id, old.role].add(old.module_id)
    for (force, role), modules in sorted(needed.items(), key=lambda item: str(item[0])):
        name = ROLES[role].name if role in ROLES else role
        profile = RoleProfile.objects.create(
            force_id=force, name=name, account_role=role, for_whom=f"Everybody with the account role {name}."
        )
        ProfileModule.objects.bulk_create(ProfileModule(profile=profile, module_id=pk) for pk in sorted(modules))


def into_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What profiles of account roles require; what they only offer, and other profiles, had no place before."""
    ModuleRequirement = apps.get_model("training", "ModuleRequirement")
    ProfileModule = apps.get_model("training", "ProfileModule")
    ModuleRequirement.objects.all().delete()
    required = ProfileModule.objects.filter(is_optional=False).exclude(profile__account_role="")
    ModuleRequirement.objects.bulk_create(
        ModuleRequirement(module_id=link.module_id, role=link.profile.account_role)
        for link in required.select_related("profile")
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0004_profiles")]

    operations = [
        migrations.RunPython(into_profiles, into_roles),
        migrations.RunSQL(WITHOUT_KEY, WITH_KEY),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("ModuleRequirement")]),
    ]
