"""Knowledge tests: their states, and when somebody takes one."""

from django.db.models import TextChoices


class KnowledgeTestState(TextChoices):
    DRAFT = "DRAFT", "Draft"
    OPEN = "OPEN", "Open"
    CLOSED = "CLOSED", "Closed"


class KnowledgeTestMove(TextChoices):
    CHOOSE = "CHOOSE", "Choose the questions"
    CORRECT = "CORRECT", "Correct what it says"
    THROW_AWAY = "THROW_AWAY", "Throw the draft away"
    OPEN = "OPEN", "Open"
    CLOSE = "CLOSE", "Close"


# (move, state it starts from): state it leads to. A move that is not here is refused. A draft that is thrown away is gone.
KNOWLEDGE_TEST_MOVES: dict[tuple[KnowledgeTestMove, KnowledgeTestState], KnowledgeTestState] = {
    (KnowledgeTestMove.CHOOSE, KnowledgeTestState.DRAFT): KnowledgeTestState.DRAFT,
    (KnowledgeTestMove.CORRECT, KnowledgeTestState.DRAFT): KnowledgeTestState.DRAFT,
    (KnowledgeTestMove.THROW_AWAY, KnowledgeTestState.DRAFT): KnowledgeTestState.DRAFT,
    (KnowledgeTestMove.OPEN, KnowledgeTestState.DRAFT): KnowledgeTestState.OPEN,
    (KnowledgeTestMove.CLOSE, KnowledgeTestState.OPEN): KnowledgeTestState.CLOSED,
}


def next_knowledge_test_state(move: KnowledgeTestMove, state: KnowledgeTestState | str) -> KnowledgeTestState | None:
    """Where a move leads a knowledge test, or None when it is not allowed in that state."""
    return KNOWLEDGE_TEST_MOVES.get((move, KnowledgeTestState(state)))


class Occasion(TextChoices):
    """When somebody takes a knowledge test: before they are taught, afterwards, and once more some months later."""

    BEFORE = "BEFORE", "Before"
    AFTER = "AFTER", "After"
    FOLLOW_UP = "FOLLOW_UP", "Follow-up"
