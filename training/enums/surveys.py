"""Questions of anonymous surveys."""

from django.db.models import TextChoices


class QuestionKind(TextChoices):
    SCALE = "SCALE", "1 to 5"
    TEXT = "TEXT", "In words"


# What a new survey is offered to begin with; each force writes its own.
QUESTIONS_TO_BEGIN_WITH: tuple[tuple[str, QuestionKind], ...] = (
    ("I feel able to question a decision, whoever made it.", QuestionKind.SCALE),
    ("I have the time to be curious about what I am told.", QuestionKind.SCALE),
    ("My supervision helps me to do my work well.", QuestionKind.SCALE),
    ("I know where to turn when the work weighs on me.", QuestionKind.SCALE),
    ("What one thing would make your work better?", QuestionKind.TEXT),
)
