"""The root of every refusal by the domain."""


class DomainError(Exception):
    """Something could not be done; the message is a plain English sentence that may be shown to the person who tried."""
