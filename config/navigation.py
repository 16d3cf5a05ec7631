"""The service navigation: what a person may use, grouped by task, six links at most for one role."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.enums import Permission as May
from accounts.models import User


@dataclass(frozen=True)
class Link:
    """One entry of the navigation."""

    title: str
    url: str
    current: bool


ENTRIES: list[tuple[str, str, tuple[May, ...]]] = [
    ("Home", "home", ()),
    ("My referrals", "referrals:mine", (May.WRITE_PPN, May.WRITE_CPI)),
    ("Queue", "referrals:queue", (May.SEE_HUB_REFERRALS,)),
    ("Consultations", "referrals:consultations", (May.KEEP_CONSULTATIONS,)),
    (
        "Search",
        "referrals:search",
        (May.SEE_HUB_REFERRALS, May.SEE_SHARED_REFERRALS, May.SEE_TEAM_REFERRALS, May.WRITE_PPN, May.WRITE_CPI),
    ),
    ("Shared with us", "referrals:shared", (May.SEE_SHARED_REFERRALS,)),
    ("Sessions", "partners:sessions", (May.BOOK_SESSION, May.BOOK_FOR_AGENCY, May.RUN_SESSIONS)),
    ("My bookings", "partners:bookings", (May.BOOK_SESSION, May.BOOK_FOR_AGENCY)),
    ("Grading", "grading:rounds", (May.RUN_GRADING, May.GRADE, May.SEE_GRADING_RESULTS)),
    ("Dip samples", "grading:dip_samples", (May.RUN_DIP_SAMPLES, May.REVIEW_INCIDENTS, May.SEE_REPORTS)),
    ("Reports", "grading:reports", (May.SEE_REPORTS, May.RUN_DIP_SAMPLES)),
    ("Answers", "referrals:outcomes", (May.SEE_TRENDS,)),
    ("Incidents", "referrals:incidents", (May.IMPORT_INCIDENTS,)),
    ("Training", "training:mine", (May.KEEP_OWN_TRAINING,)),
    ("Access log", "access_log", (May.SEE_ACCESS_LOG,)),
    ("People and agencies", "admin:index", (May.MANAGE_PEOPLE,)),
]


def navigation_for(user: User, path: str) -> list[Link]:
    """The links for this person; the one whose address the page lies under is current."""
    links = []
    for title, name, permissions in ENTRIES:
        if permissions and not user.may(*permissions):
            continue
        url = reverse(name)
        links.append(Link(title, url, path == url or (url != "/" and path.startswith(url))))
    return links
