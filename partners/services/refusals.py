"""A refusal that is about one answer of the form that asked."""

from common.errors import DomainError


class RefusedAnswer(DomainError):
    """`field` names the answer that it is about, or is None."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
