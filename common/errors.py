"""The root of every refusal by the domain."""


class DomainError(Exception):
    """Something could not be done; the message is a plain English sentence that may be shown to the person who tried."""


class KeyWasUsed(DomainError):
    """The key of a form was used for something else: what is sent under it now would be taken for a repetition, and be lost."""
