"""A PPN as graders read it: whole, with whom it is about, who worked on it, where and on which days hidden."""

from grading.queries.redaction.reading import RedactedPerson, RedactedPpn, RedactedSection, hiders_of, redacted_ppn

__all__ = ["RedactedPerson", "RedactedPpn", "RedactedSection", "hiders_of", "redacted_ppn"]
