"""The referrals of the queue's page with what its rows show, in one query that reads no more than that."""

from django.db.models import Exists, OuterRef, QuerySet

from referrals.models import Amendment, Referral
from referrals.queries.flags import with_flags
from referrals.queries.re_referrals import with_matches

COLUMNS = (
    "reference",
    "kind",
    "types",
    "risk_level",
    "due_at",
    "created_at",
    "submitted_at",
    "agency__name",
    "district__name",
    "assigned_to__name",
    "childmodule__police_protection_at",
)


def marked_for_queue() -> QuerySet[Referral]:
    """Referrals with the marks of a row: `is_amended` (there is more than what was submitted), `flag_kinds` and `has_match`.

    Of the referral, and of those named in it, no more than COLUMNS is read. Which of them is said beside it (`parts` of
    keyset_page): PostgreSQL takes longer to plan these joins in the order of the queue than to read them.
    """
    amended = Exists(Amendment.objects.filter(referral=OuterRef("pk")))
    related = ("agency", "district", "assigned_to", "childmodule")
    marked = with_flags(with_matches(Referral.objects.annotate(is_amended=amended)))
    return marked.select_related(*related).only(*COLUMNS)
