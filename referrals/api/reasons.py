"""Why a program looks at what its person has no task with, where the force asks for that."""

from urllib.parse import unquote

from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from referrals.api.deeds import SignedInApiRequest

HEADER = "X-Reason"
LONGEST = 200
REASON = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Why you look, percent-encoded UTF-8, at most 200 characters. Needed where the force asks for a reason: for a closed "
    "referral in which the person took no part. It stands in the access log; name nobody whom a referral is about.",
)


def reason_sent(request: SignedInApiRequest) -> str:
    """The words of the header; raises ValidationError where there are none, or too many."""
    words = " ".join(unquote(request.headers.get(HEADER, "")).split())
    if not words:
        raise ValidationError({HEADER: ["Say in this header why you look: you have no task with this referral."]})
    if len(words) > LONGEST:
        raise ValidationError({HEADER: [f"Say it in at most {LONGEST} characters."]})
    return words
