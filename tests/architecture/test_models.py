"""What the database must hold of every model, read from the models themselves."""

from django.apps import apps
from django.db import models

FLOORS = ["common", "audit jobs", "mail", "accounts", "referrals training", "grading partners", "insights"]
FLOOR_OF = {app: floor for floor, names in enumerate(FLOORS) for app in names.split()}
OURS = [model for model in apps.get_models() if model._meta.app_label in FLOOR_OF]
WITHOUT_ADDRESS = {
    "audit.Change",
    "audit.Entry",
    "audit.Link",
    "audit.Unchained",
    "jobs.Heartbeat",
    "accounts.IdempotentRequest",
    "referrals.FamilySound",
}


def test_foreign_keys_point_downwards() -> None:
    upwards = [
        f"{model._meta.label}.{field.name}"
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.remote_field.model._meta.app_label in FLOOR_OF
        and (
            FLOOR_OF[field.remote_field.model._meta.app_label] > FLOOR_OF[model._meta.app_label]
            or (
                FLOOR_OF[field.remote_field.model._meta.app_label] == FLOOR_OF[model._meta.app_label]
                and field.remote_field.model._meta.app_label != model._meta.app_label
            )
        )
    ]

    assert upwards == []


def test_nothing_with_an_address_has_a_sequential_key() -> None:
    sequential = [
        model._meta.label
        for model in OURS
        if isinstance(model._meta.pk, models.AutoField | models.BigAutoField | models.IntegerField)
    ]

    assert set(sequential) - WITHOUT_ADDRESS - {"referrals.ReferralGroupObjectPermission"} == set()


def test_no_model_sorts_by_itself() -> None:
    assert [model._meta.label for model in OURS if model._meta.ordering] == []


def test_whoever_and_whenever_come_together() -> None:
    """A nullable pair like decided_by and decided_at is held together by a constraint that names both."""
    loose = []
    for model in OURS:
        names = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}
        for name, field in names.items():
            stem = name.removesuffix("_by")
            when = names.get(f"{stem}_at")
            if not name.endswith("_by") or when is None or not (field.null and when.null):
                continue
            held = [
                constraint
                for constraint in model._meta.constraints
                if isinstance(constraint, models.CheckConstraint)
                and f"{stem}_at" in str(constraint.condition)
                and f"{stem}_by" in str(constraint.condition)
            ]
            if not held:
                loose.append(f"{model._meta.label}.{stem}")

    assert loose == []
