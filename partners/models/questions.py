"""Questions that people with a place ask the trainers, and what of them everybody may read, in words that name nobody."""

import uuid
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from partners.enums import QuestionState
from partners.models.sessions import Session

LONGEST_ASKED, LONGEST_ANSWER, LONGEST_PUBLIC_QUESTION = 1000, 3000, 300


class SessionQuestionQuerySet(models.QuerySet["SessionQuestion"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and for who runs sessions those that were asked at sessions of their force."""
        seen = Q(asked_by=user)
        if user.agency_id and user.agency and user.agency.is_police and user.may(Permission.RUN_SESSIONS):
            seen |= Q(session__host=user.agency_id)
        return self.filter(seen)

    def of_force(self, user: User) -> Self:
        """Those asked at sessions of the person's agency."""
        return self.filter(session__host=user.agency_id) if user.agency_id else self.none()

    def unanswered(self) -> Self:
        return self.filter(state=QuestionState.ASKED)

    def published(self) -> Self:
        return self.filter(state=QuestionState.PUBLISHED)

    def about(self, text: str) -> Self:
        """In which all of these words stand, as English; "quoted" words together, -word without."""
        return self.filter(search=SearchQuery(text, config="english", search_type="websearch"))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class SessionQuestion(models.Model):
    """A question as it was asked and answered, for who asked and the trainers; and, once published, in words for everybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="questions")
    words = models.CharField(max_length=LONGEST_ASKED)
    state = models.CharField(max_length=9, choices=QuestionState, default=QuestionState.ASKED)
    request_key = models.UUIDField(unique=True, help_text="Of the request that asked it")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="session_questions",
        help_text="Empty: forgotten after its time, with the words as they were asked",
    )
    answer = models.TextField(max_length=LONGEST_ANSWER, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    public_question = models.CharField(max_length=LONGEST_PUBLIC_QUESTION, blank=True)
    public_answer = models.TextField(max_length=LONGEST_ANSWER, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    search = models.GeneratedField(
        expression=SearchVector("public_question", "public_answer", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SessionQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="session_question_says_something",
                condition=~Q(words="") | Q(asked_by=None),
            ),
            models.CheckConstraint(
                name="session_question_answered_says_who_and_when",
                condition=(Q(state=QuestionState.ASKED, answered_at=None, answered_by=None, answer=""))
                | (
                    ~Q(state=QuestionState.ASKED)
                    & Q(answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                ),
            ),
            models.CheckConstraint(
                name="session_question_published_says_who_when_and_what",
                condition=(
                    Q(state=QuestionState.PUBLISHED, published_at__isnull=False, published_by__isnull=False)
                    & ~Q(public_question="")
                    & ~Q(public_answer="")
                )
                | (~Q(state=QuestionState.PUBLISHED) & Q(published_at=None, published_by=None)),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="session_question_by_words", condition=Q(state=QuestionState.PUBLISHED)),
            models.Index(
                fields=["-published_at", "-id"],
                name="session_question_published",
                condition=Q(state=QuestionState.PUBLISHED),
            ),
            models.Index(
                fields=["asked_at", "id"], name="session_question_open", condition=Q(state=QuestionState.ASKED)
            ),
        ]

    def __str__(self) -> str:
        return f"Question {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("partners:question", args=[self.pk])
