"""The people in a referral and what they are to each other. A column is its question, as in modules.py."""

import uuid
from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from referrals.enums import (
    ABOUT,
    Education,
    Ethnicity,
    EthnicitySource,
    LegalStatus,
    PersonRole,
    Relation,
    SafeContact,
    SendSupport,
    Sex,
)
from referrals.models.referral import Referral

ADULT = 18
OLDEST = 120


class PersonQuerySet(models.QuerySet["Person"]):
    def subjects(self) -> "PersonQuerySet":
        return self.filter(role=PersonRole.SUBJECT)

    def about_whom(self) -> "PersonQuerySet":
        """Those the concern is about, an unborn child too."""
        return self.filter(role__in=ABOUT)


def _line(question: str, length: int, hint: str = "") -> "models.CharField[Any, Any]":
    return models.CharField(question, max_length=length, blank=True, default="", db_default="", help_text=hint)


def _one_of(question: str, choices: Any, hint: str = "") -> "models.CharField[Any, Any]":
    return models.CharField(
        question, max_length=20, choices=choices, blank=True, default="", db_default="", help_text=hint
    )


def _yes_or_no(question: str, hint: str = "") -> "models.BooleanField[Any, Any]":
    return models.BooleanField(question, null=True, blank=True, help_text=hint)


class Person(models.Model):
    """Somebody in a referral. 'Not known' is an answer when the reason is given."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="people")
    position = models.PositiveSmallIntegerField(default=1)
    role = models.CharField("Who is this person?", max_length=16, choices=PersonRole)
    given_names = models.CharField("Given names", max_length=80, blank=True)
    family_name = models.CharField("Family name", max_length=80, blank=True)
    aliases = _line("Other names they use or have used", 120, "Nicknames, and names before marriage or adoption.")
    date_of_birth = models.DateField(
        "Date of birth", null=True, blank=True, help_text="Leave it empty if you do not know it."
    )
    is_birth_estimated = _yes_or_no("Is that date of birth an estimate?")
    estimated_age = models.PositiveSmallIntegerField(
        "Estimated age in years",
        null=True,
        blank=True,
        help_text="If you do not know the date.",
        validators=[MaxValueValidator(OLDEST)],
    )
    expected_on = models.DateField("When is the birth expected?", null=True, blank=True)
    sex = models.CharField("Sex", max_length=10, choices=Sex, blank=True)
    gender_identity = _line("Gender identity, if it differs", 80, "In their own words.")
    ethnicity = models.CharField(
        "Ethnicity",
        max_length=2,
        choices=Ethnicity,
        blank=True,
        help_text="As the person defines it. Ask, do not guess.",
    )
    ethnicity_source = models.CharField(
        "How is the ethnicity known?",
        max_length=10,
        choices=EthnicitySource,
        blank=True,
        default="",
        db_default="",
    )
    place_of_birth = models.CharField(
        "Place of birth",
        max_length=80,
        blank=True,
        help_text="A country or town. For a child, ask it of the parents too.",
    )
    religion = models.CharField("Religion or belief", max_length=80, blank=True, help_text="“None” is an answer.")
    first_language = models.CharField(
        "First or preferred language", max_length=80, blank=True, help_text="British Sign Language included."
    )
    disability = models.CharField(
        "Disability or communication needs", max_length=200, blank=True, help_text="And what helps."
    )
    send_support = _one_of("Special educational needs or disabilities", SendSupport)
    not_known_reason = models.CharField(
        "If some of these are not known, why?",
        max_length=200,
        blank=True,
        help_text="For example: not at home, or not safe to ask.",
    )
    relationship = models.CharField(
        "What they are to the others, in your words",
        max_length=80,
        blank=True,
        help_text="Only what a list does not say, for example: moved in last month.",
    )
    lives_in_household = models.BooleanField("Do they live in the household?", null=True, blank=True)
    address = models.CharField("Where are they now?", max_length=200, blank=True, help_text="An address.")
    usual_address = _line("Usual address, if it is another", 200)
    phone = _line("Telephone", 40)
    safe_contact = _one_of("Is it safe to call or write to them?", SafeContact, "Somebody else may read or answer.")
    safe_contact_times = _line("If only at some times or in some ways, which?", 120)
    education = _one_of("Where does the child learn?", Education)
    school = models.CharField("Name of the school, college or nursery", max_length=120, blank=True)
    year_group = _line("Year group", 20)
    legal_status = _one_of("Status with the local authority", LegalStatus)
    parental_responsibility = _line("Who has parental responsibility?", 200)
    health_contacts = _line("General practice, health visitor or midwife", 200)
    was_present = _yes_or_no("Were they there when it happened?")
    has_witnessed = _yes_or_no("Did they see or hear it?", "A child in the next room hears it.")
    left_with = _line("Who has care of them now that you have left?", 200, "A name, and what they are to the child.")
    is_left_with_checked = _yes_or_no("Was that person checked?", "On the police's own records at least.")
    description = _line("Description", 200, "Build, clothes, marks, way of speaking.")
    online_names = _line("Names on social media, games or apps", 200)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "position"],
                name="person_has_one_place_in_a_referral",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="person_unborn_has_neither_birthday_nor_age",
                condition=~Q(role=PersonRole.UNBORN) | Q(date_of_birth=None, estimated_age=None),
                violation_error_message="An unborn child has no date of birth and no age. Give the date of the birth expected.",
            ),
            models.CheckConstraint(
                name="person_birth_is_expected_of_the_unborn",
                condition=Q(role=PersonRole.UNBORN) | Q(expected_on=None),
                violation_error_message="A birth is expected only of an unborn child.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        named = f"{self.given_names} {self.family_name}".strip()
        return named or ("Unborn child" if self.role == PersonRole.UNBORN else "Name not known")

    @property
    def short_name(self) -> str:
        """How others of the same referral call this person."""
        return self.given_names or self.full_name

    @classmethod
    def column(cls, name: str) -> "models.Field[Any, Any]":
        """The column of this name."""
        return next(field for field in cls._meta.concrete_fields if field.name == name)

    @classmethod
    def question(cls, name: str) -> str:
        """What the column of this name asks."""
        return str(cls.column(name).verbose_name)

    def age_on(self, day: date) -> int | None:
        """Age in whole years on a day, or the estimate, or None."""
        born = self.date_of_birth
        if born is None:
            return self.estimated_age
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def is_child_on(self, day: date) -> bool:
        """Whether this person is known to be under 18 on a day."""
        age = self.age_on(day)
        return age is not None and age < ADULT


class Relationship(models.Model):
    """What one person is to another of the same referral, read from `person` to `other`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relations", db_index=False)
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="related_from")
    kind = models.CharField(max_length=16, choices=Relation)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="relationship_once_between_two_people"),
            models.CheckConstraint(name="relationship_is_with_somebody_else", condition=~Q(person=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.other}"
