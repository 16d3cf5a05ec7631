"""Knowledge tests: questions of a module, asked before and after it was taught, and what each person answered (ADR 0046).

The same questions are asked each time, so that everybody is compared with themselves. So questions are never changed: another
one replaces them; and from the moment a test opens, its questions stand. The database holds both.
"""

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from common.clock import london_day
from training.enums import KnowledgeTestState, Occasion, Presence, TrainingSessionState
from training.models.modules import Module
from training.models.profiles import ProfileAssignment, ProfileModule
from training.models.programmes import Cohort
from training.models.records import TrainingRecord
from training.models.sessions import RegisterEntry, TrainingSession

FEWEST_OPTIONS, MOST_OPTIONS = 2, 6
MOST_QUESTIONS = 20
MOST_ATTEMPTS = 5
MOST_MONTHS = 24
# Characters: of the question, of an answer, of the scenario, and of why the right answer is right.
LONGEST_WORDS, LONGEST_OPTION, LONGEST_SCENARIO, LONGEST_EXPLANATION = 500, 300, 3000, 2000
# A session often ends a little early, and the test after it is taken while everybody is still there.
AFTER_OPENS_BEFORE_THE_END = timedelta(minutes=15)


class KnowledgeQuestionQuerySet(models.QuerySet["KnowledgeQuestion"]):
    def of(self, user: User) -> Self:
        """The bank of the person's agency."""
        return self.filter(module__force=user.agency_id) if user.agency_id else self.none()

    def in_use(self) -> Self:
        """May be put into a test."""
        return self.filter(retired_at=None)

    def in_order(self) -> Self:
        """As they were written."""
        return self.order_by("written_at", "pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class KnowledgeQuestion(models.Model):
    """A question about what a module teaches, with 2 to 6 answers of which exactly one is right. Never changed, but replaced."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="questions")
    scenario = models.TextField(blank=True, help_text="What is read first; may be empty")
    words = models.CharField(max_length=LONGEST_WORDS)
    explanation = models.TextField(blank=True, help_text="Why the right answer is right; shown when no test is left")
    keeps_order = models.BooleanField(default=False, help_text="Answers are shown as they stand, not shuffled")
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by", help_text="Which one"
    )
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = KnowledgeQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="knowledge_question_has_words",
                condition=~Q(words=""),
                violation_error_message="Write the question.",
            ),
            models.CheckConstraint(
                name="knowledge_question_retired_says_who_and_when",
                condition=Q(retired_at=None, retired_by=None) | Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["module", "written_at", "id"], name="knowledge_question_of_module")]

    def __str__(self) -> str:
        return self.words


class KnowledgeOption(models.Model):
    """One answer that may be chosen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(KnowledgeQuestion, on_delete=models.PROTECT, related_name="options")
    position = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=LONGEST_OPTION)
    is_right = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "position"], name="knowledge_option_placed_once"),
            models.UniqueConstraint(
                fields=["question"],
                condition=Q(is_right=True),
                name="knowledge_option_one_is_right",
                violation_error_message="Exactly one answer is right.",
            ),
            models.CheckConstraint(
                name="knowledge_option_is_one_of_few",
                condition=Q(position__gte=1, position__lte=MOST_OPTIONS) & ~Q(words=""),
            ),
        ]

    def __str__(self) -> str:
        return self.words


class KnowledgeTestQuerySet(models.QuerySet["KnowledgeTest"]):
    def of(self, user: User) -> Self:
        """Tests of the person's agency."""
        return self.filter(module__force=user.agency_id) if user.agency_id else self.none()

    def open(self) -> Self:
        return self.filter(state=KnowledgeTestState.OPEN)

    def of_session(self, session: TrainingSession) -> Self:
        """The open test of what the session teaches."""
        return self.open().filter(module=session.module_version.module_id)

    def asked_of(self, user: User, *, on: date) -> Self:
        """Open, and of a module that this person is taught: expected at a session of it that was not over when the test opened, or
        with a record of it since, or asked for it by a profile. Trainers see the right answers, so none is asked of them.
        """
        if not user.agency_id or user.may(Permission.RUN_TRAINING):
            return self.none()
        expected = _entries(user).exclude(session__state=TrainingSessionState.CANCELLED)
        profiles = ProfileAssignment.objects.current(on=on).filter(person=user).values("profile")
        asked_for = ProfileModule.objects.filter(profile__in=profiles, module=OuterRef("module"))
        return self.of(user).open().filter(Exists(expected) | Exists(_records(user)) | Exists(asked_for))

    def with_standing(self, user: User, *, at: datetime) -> Self:
        """Each with what this person has done: `was_there` (the register says so), `is_trained` (and it is over, or they have a
        record), `has_before`, `has_after` and `has_follow_up` (handed in), `is_follow_up_due`.
        """
        there = _entries(user).filter(Q(presence__in=(Presence.PRESENT, Presence.PARTLY)) | Q(watched_at__isnull=False))
        over = there.filter(Q(session__ends_at__lte=at + AFTER_OPENS_BEFORE_THE_END) | Q(watched_at__isnull=False))
        sat = Sitting.objects.filter(test=OuterRef("pk"), person=user, handed_in_at__isnull=False)
        after = sat.filter(occasion=Occasion.AFTER)
        return self.annotate(
            was_there=Exists(there) | Exists(_records(user)),
            is_trained=Exists(over) | Exists(_records(user)),
            has_before=Exists(sat.filter(occasion=Occasion.BEFORE)),
            has_after=Exists(after),
            has_follow_up=Exists(sat.filter(occasion=Occasion.FOLLOW_UP)),
            is_follow_up_due=Exists(after.filter(follow_up_on__lte=london_day(at))),
        )

    def to_take_by(self, user: User, *, at: datetime) -> Self:
        """Asked of this person, with something that they have not handed in yet; a second attempt is nobody's duty."""
        before = Q(has_before=False, was_there=False, has_after=False)
        after = Q(has_after=False, is_trained=True)
        follow_up = Q(has_follow_up=False, is_follow_up_due=True)
        asked = self.asked_of(user, on=london_day(at)).with_standing(user, at=at)
        return asked.filter(before | after | follow_up)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


def _entries(user: User) -> "models.QuerySet[RegisterEntry]":
    """What registers say of this person about sessions of the test's module that were not over when the test opened."""
    return RegisterEntry.objects.filter(
        person=user,
        session__force=user.agency_id,
        session__module_version__module=OuterRef("module"),
        session__ends_at__gte=OuterRef("opened_at"),
    )


def _records(user: User) -> "models.QuerySet[TrainingRecord]":
    """Records of the person about the test's module since the test opened."""
    return TrainingRecord.objects.filter(
        person=user, module_version__module=OuterRef("module"), logged_at__gte=OuterRef("opened_at")
    )


class KnowledgeTest(models.Model):
    """Questions of one module that are asked before and after it. From its opening they stand, by their fingerprint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="knowledge_tests")
    title = models.CharField(max_length=120)
    pass_percent = models.PositiveSmallIntegerField(help_text="Right answers in a hundred that are enough")
    attempts = models.PositiveSmallIntegerField(help_text="Afterwards; before it is always one")
    months_to_follow_up = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: not asked again")
    state = models.CharField(max_length=6, choices=KnowledgeTestState, default=KnowledgeTestState.DRAFT)
    fingerprint = models.CharField(max_length=64, blank=True, help_text="Of its questions, from its opening on")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = KnowledgeTestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["module", "title"],
                name="knowledge_test_titled_once_in_its_module",
                violation_error_message="This module has a test of that title already.",
            ),
            models.UniqueConstraint(
                fields=["module"],
                condition=Q(state=KnowledgeTestState.OPEN),
                name="knowledge_test_one_open_of_a_module",
                violation_error_message="Another test of this module is open. Close it first.",
            ),
            models.CheckConstraint(
                name="knowledge_test_asks_within_bounds",
                condition=Q(pass_percent__lte=100, attempts__gte=1, attempts__lte=MOST_ATTEMPTS)
                & (Q(months_to_follow_up=None) | Q(months_to_follow_up__gte=1, months_to_follow_up__lte=MOST_MONTHS))
                & ~Q(title=""),
            ),
            models.CheckConstraint(
                name="knowledge_test_opened_says_who_when_and_what",
                condition=Q(state=KnowledgeTestState.DRAFT, opened_at=None, opened_by=None, fingerprint="")
                | (
                    ~Q(state=KnowledgeTestState.DRAFT)
                    & Q(opened_at__isnull=False, opened_by__isnull=False, fingerprint__regex="^[0-9a-f]{64}$")
                ),
            ),
            models.CheckConstraint(
                name="knowledge_test_closed_says_who_and_when",
                condition=Q(state=KnowledgeTestState.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(state=KnowledgeTestState.CLOSED) & Q(closed_at=None, closed_by=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training:knowledge_test", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == KnowledgeTestState.DRAFT

    def attempts_at(self, occasion: str) -> int:
        """How often it may be handed in on that occasion."""
        return self.attempts if occasion == Occasion.AFTER else 1


class KnowledgeTestQuestion(models.Model):
    """That a test asks a question."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    test = models.ForeignKey(KnowledgeTest, on_delete=models.PROTECT, related_name="asks")
    question = models.ForeignKey(KnowledgeQuestion, on_delete=models.PROTECT, related_name="in_tests")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["test", "question"], name="knowledge_test_asks_a_question_once"),
            models.UniqueConstraint(fields=["test", "position"], name="knowledge_test_question_placed_once"),
            models.CheckConstraint(
                name="knowledge_test_question_is_one_of_few",
                condition=Q(position__gte=1, position__lte=MOST_QUESTIONS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} in {self.test_id}"


class SittingQuerySet(models.QuerySet["Sitting"]):
    def under_way(self) -> Self:
        """Begun, and neither handed in nor set aside."""
        return self.filter(handed_in_at=None, set_aside_at=None)

    def handed_in(self) -> Self:
        return self.filter(handed_in_at__isnull=False)

    def first_attempts(self) -> Self:
        """What changes are worked out from: who tries again has seen the questions."""
        return self.handed_in().filter(attempt=1)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Sitting(models.Model):
    """One person's attempt at a test, on one occasion. What was handed in stands, with its score."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    test = models.ForeignKey(KnowledgeTest, on_delete=models.PROTECT, related_name="sittings")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="knowledge_sittings")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    cohort = models.ForeignKey(
        Cohort, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="When they began"
    )
    occasion = models.CharField(max_length=9, choices=Occasion)
    attempt = models.PositiveSmallIntegerField(default=1)
    order = ArrayField(models.UUIDField(), help_text="Of the questions, drawn by the sitting's key")
    begun_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(
        null=True, blank=True, help_text="Not handed in in time, so it counts for nothing"
    )
    right = models.PositiveSmallIntegerField(null=True, blank=True)
    out_of = models.PositiveSmallIntegerField(null=True, blank=True)
    follow_up_on = models.DateField(null=True, blank=True, help_text="From when it is asked once more")

    objects = SittingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["test", "person", "occasion", "attempt"],
                condition=Q(set_aside_at=None),
                name="sitting_once_an_attempt",
                violation_error_message="This attempt was begun already.",
            ),
            models.UniqueConstraint(
                fields=["test", "person"],
                condition=Q(handed_in_at=None, set_aside_at=None),
                name="sitting_one_under_way",
                violation_error_message="This person is taking the test already.",
            ),
            models.CheckConstraint(
                name="sitting_handed_in_has_a_score",
                condition=Q(handed_in_at=None, right=None, out_of=None, follow_up_on=None)
                | Q(handed_in_at__isnull=False, set_aside_at=None, right__isnull=False, right__lte=F("out_of")),
            ),
            models.CheckConstraint(name="sitting_attempts_count_from_1", condition=Q(attempt__gte=1)),
        ]
        indexes = [
            models.Index(fields=["person", "test"], name="sitting_of_person"),
            models.Index(fields=["test", "occasion", "cohort"], name="sitting_of_test"),
        ]

    def __str__(self) -> str:
        return f"Sitting {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:knowledge_sitting", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.handed_in_at is None and self.set_aside_at is None

    def has_passed(self, pass_percent: int) -> bool:
        """Whether the right answers are enough: exactly that share is."""
        return bool(self.out_of) and Fraction(100 * (self.right or 0), self.out_of or 1) >= pass_percent


class SittingAnswer(models.Model):
    """What somebody chose. A question without an answer has no row, and counts as not right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(KnowledgeQuestion, on_delete=models.PROTECT, related_name="+")
    option = models.ForeignKey(KnowledgeOption, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "question"], name="sitting_answer_one_a_question"),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"


def fingerprint_of(questions: Sequence[KnowledgeQuestion]) -> str:
    """SHA-256 of what is asked: of each question scenario, words, answers in their order and which is right, whatever its place.

    People get questions in an order of their own, so the same questions in another order are the same test. Ids, days and people
    are no part of it, so two forces that ask the same have the same fingerprint.
    """
    asked = sorted(question_fingerprint(question) for question in questions)
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()


def question_fingerprint(question: KnowledgeQuestion) -> str:
    """SHA-256 of one question."""
    options = sorted(question.options.all(), key=lambda option: option.position)
    right = next(place for place, option in enumerate(options, start=1) if option.is_right)
    words = [option.words for option in options]
    return content_fingerprint(question.scenario, question.words, words, right, keeps_order=question.keeps_order)


def content_fingerprint(scenario: str, words: str, options: Sequence[str], right: int, *, keeps_order: bool) -> str:
    """SHA-256 of what a question asks; `right` counts the options from 1. White space counts as one space, for files and browsers
    change it.
    """
    content = {
        "scenario": " ".join(scenario.split()),
        "words": " ".join(words.split()),
        "options": [" ".join(option.split()) for option in options],
        "right": right,
        "keeps_order": keeps_order,
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
