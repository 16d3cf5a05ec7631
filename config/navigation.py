"""The service navigation: what a person may use, gathered by task, six tasks at most for one role; a task's pages stand below it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from accounts.enums import Permission as May
from accounts.models import User
from insights.permissions import can_see_form_faults, can_see_training_effect
from partners.models.prompted import sees_every_agency
from partners.permissions import (
    can_ask_tailored,
    can_join_walk_ins,
    can_keep_agencies,
    can_keep_prompted,
    can_see_totals,
)
from referrals.permissions import (
    can_search,
    can_see_actions,
    can_see_queue,
    can_see_shared,
    judges_conflicts,
    may_break_glass,
    reads_assessments,
    reads_reports,
    reviews_emergencies,
    reviews_referrals,
    works_queue,
)


@dataclass(frozen=True)
class Link:
    """One entry of the navigation, or of the pages of a task."""

    title: str
    url: str
    current: bool


@dataclass(frozen=True)
class Navigation:
    """The tasks of a person, and the pages of the task in which they are (none where it has one page)."""

    tasks: list[Link]
    pages: list[Link]
    task: str = ""


@dataclass(frozen=True)
class Page:
    """A list that a person may open. `also`: names of pages that belong to it and whose addresses do not lie under its own;
    `beside`: pages of which the neighbours belong to it too."""

    title: str
    name: str
    is_open_to: Callable[[User], bool]
    also: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def _holds(*permissions: May) -> Callable[[User], bool]:
    return lambda user: user.may(*permissions)


def _imports_incidents(user: User) -> bool:
    return user.may(May.IMPORT_INCIDENTS) and user.acts_for_police()


def _is_challenged_as_partner(user: User) -> bool:
    return can_see_shared(user) and user.may(May.CHALLENGE)


def _leads_a_team(user: User) -> bool:
    """Who leads a team of the police; who writes PPNs too finds the page beside them."""
    return user.may(May.SEE_TEAM_REFERRALS) and not user.may(May.WRITE_PPN) and user.acts_for_police()


def _runs_sessions(user: User) -> bool:
    return user.may(May.RUN_SESSIONS) and user.acts_for_police()


def _follows_stories(user: User) -> bool:
    """Who works with trends and runs no sessions: those have it beside them."""
    return user.may(May.SEE_TRENDS) and user.acts_for_police() and not user.may(May.RUN_SESSIONS)


def _keeps_prompted_with_the_queue(user: User) -> bool:
    return can_keep_prompted(user) and can_see_queue(user)


def _keeps_prompted_with_sessions(user: User) -> bool:
    return can_keep_prompted(user) and not can_see_queue(user)


def _follows_prompted(user: User) -> bool:
    """Who reads the figures of the log and does not keep it, which leads to them."""
    return sees_every_agency(user) and not can_keep_prompted(user)


def _joins_walk_ins_only(user: User) -> bool:
    """Who joins walk-ins with accounts and runs no sessions: trainers find it beside their sessions."""
    return not user.may(May.RUN_SESSIONS) and can_join_walk_ins(user)


def _runs_sessions_with_totals(user: User) -> bool:
    return can_see_totals(user) and user.may(May.RUN_SESSIONS)


def _follows_totals(user: User) -> bool:
    """Who reads the totals of sessions and runs none."""
    return can_see_totals(user) and not user.may(May.RUN_SESSIONS)


def _reviews_emergencies_beside_the_log(user: User) -> bool:
    """Who watches over access; the hub's supervisors come to it from what is restricted."""
    return reviews_emergencies(user) and user.may(May.SEE_ACCESS_LOG)


def _is_of_a_partner(user: User) -> bool:
    """Who works at an agency that may share what it holds; the police have the page too, and no need of it every day."""
    return user.may(May.WRITE_CPI, May.BOOK_SESSION, May.BOOK_FOR_AGENCY)


def _follows_training(user: User) -> bool:
    """Who works with trends; graders find the page from grades over time."""
    return can_see_training_effect(user) and user.may(May.RUN_GRADING, May.SEE_TRENDS)


TASKS: list[tuple[str, list[Page]]] = [
    ("Home", [Page("Home", "home", lambda user: True)]),
    (
        "My referrals",
        [
            Page("My referrals", "referrals:mine", _holds(May.WRITE_PPN, May.WRITE_CPI)),
            Page("Feedback from grading", "grading:feedbacks", _holds(May.WRITE_PPN)),
        ],
    ),
    (
        "Casework",
        [
            Page("Queue", "referrals:queue", can_see_queue),
            Page("Daily meeting", "referrals:meetings", can_see_queue),
            Page("Answers awaited", "referrals:awaited", can_see_queue),
            Page("Actions", "referrals:actions", can_see_queue),
            Page("Schools to tell", "referrals:encompass", can_see_queue),
            Page("Challenges", "referrals:challenges", can_see_queue),
            Page("Consultations", "referrals:consultations", _holds(May.KEEP_CONSULTATIONS)),
            Page("Right to ask", "partners:prompted", _keeps_prompted_with_the_queue),
            Page("Second looks", "referrals:second_looks", works_queue),
            Page("Restricted", "referrals:restricted", may_break_glass, also=("referrals:emergencies",)),
            Page("Conflicts of interest", "referrals:conflicts", judges_conflicts),
            Page("CPI forms", "referrals:assessments", reads_assessments),
            Page("Intelligence reports", "referrals:reports", reads_reports),
        ],
    ),
    (
        "Reviews",
        [
            Page("Reviews", "referrals:reviews", reviews_referrals),
            Page("Feedback from grading", "grading:feedbacks", _leads_a_team),
        ],
    ),
    ("Search", [Page("Search", "referrals:search", can_search)]),
    (
        "Shared with us",
        [
            Page("Shared with us", "referrals:shared", can_see_shared),
            Page("Actions", "referrals:actions", lambda user: can_see_actions(user) and can_see_shared(user)),
            Page("Challenges", "referrals:challenges", _is_challenged_as_partner),
        ],
    ),
    (
        "Sessions",
        [
            Page(
                "Sessions",
                "partners:sessions",
                _holds(May.BOOK_SESSION, May.BOOK_FOR_AGENCY, May.RUN_SESSIONS),
                also=("partners:feed",),
                beside=("partners:course_new", "partners:substitutions", "partners:walk_ins"),
            ),
            Page("My bookings", "partners:bookings", _holds(May.BOOK_SESSION, May.BOOK_FOR_AGENCY)),
            Page("Right to ask", "partners:prompted", _keeps_prompted_with_sessions),
            Page("Right to ask", "partners:prompted_figures", _holds(May.BOOK_FOR_AGENCY)),
            Page("Before you tell somebody to ask", "partners:asking_check", _is_of_a_partner),
            Page(
                "Tailored sessions",
                "partners:tailored_requests",
                lambda user: user.may(May.RUN_SESSIONS) or can_ask_tailored(user),
            ),
            Page("Totals", "partners:totals", _runs_sessions_with_totals),
            Page("Scenarios", "partners:scenarios", _runs_sessions),
            Page(
                "Questions and answers",
                "partners:knowledge",
                _holds(May.BOOK_SESSION, May.BOOK_FOR_AGENCY, May.RUN_SESSIONS),
                also=("partners:questions",),
            ),
            Page("What became of it", "partners:stories", _runs_sessions),
            Page("Agencies", "partners:agencies", can_keep_agencies),
            Page("My agency", "partners:own_agency", can_ask_tailored),
        ],
    ),
    (
        "Quality",
        [
            Page(
                "Grading",
                "grading:rounds",
                _holds(May.RUN_GRADING, May.GRADE, May.SEE_GRADING_RESULTS),
                also=("grading:trend", "grading:invitations"),
            ),
            Page(
                "Dip samples",
                "grading:dip_samples",
                _holds(May.RUN_DIP_SAMPLES, May.REVIEW_INCIDENTS, May.SEE_REPORTS),
            ),
            Page("Reports", "grading:reports", _holds(May.SEE_REPORTS, May.RUN_DIP_SAMPLES)),
            Page("Did training help?", "training_effect", _follows_training),
            Page("Answers of agencies", "referrals:outcomes", _holds(May.SEE_TRENDS)),
            Page("Right to ask", "partners:prompted_figures", _follows_prompted),
            Page("Partner sessions", "partners:totals", _follows_totals),
            Page("What became of sessions", "partners:stories", _follows_stories),
            Page("Incidents", "referrals:incidents", _imports_incidents),
            Page("Errors in forms", "form_faults", can_see_form_faults),
        ],
    ),
    ("Training", [Page("Training", "training:mine", _holds(May.KEEP_OWN_TRAINING))]),
    (
        "Access log",
        [
            Page("Access log", "access_log", _holds(May.SEE_ACCESS_LOG)),
            Page("Unusual access", "unusual", _holds(May.SEE_ACCESS_LOG)),
            Page("Emergency access", "referrals:emergencies", _reviews_emergencies_beside_the_log),
            Page("Retention", "retention", _holds(May.REVIEW_RETENTION)),
        ],
    ),
    (
        "People and agencies",
        [
            Page("People and agencies", "admin:index", _holds(May.MANAGE_PEOPLE)),
            Page("Walk-ins and accounts", "partners:walk_ins", _joins_walk_ins_only),
            Page("Review who may do what", "access_review", _holds(May.MANAGE_PEOPLE)),
        ],
    ),
]


def navigation_for(user: User, path: str) -> Navigation:
    """The tasks for this person; current is the page whose address this one lies under, and its task.

    A task with one open page bears that page's name.
    """
    tasks, pages, task = [], [], ""
    for title, all_pages in TASKS:
        links = [_link(page, path) for page in all_pages if page.is_open_to(user)]
        if not links:
            continue
        is_current = any(link.current for link in links)
        tasks.append(Link(links[0].title if len(links) == 1 else title, links[0].url, is_current))
        if is_current and len(links) > 1:
            pages, task = links, title
    return Navigation(tasks, pages, task)


def _link(page: Page, path: str) -> Link:
    url, *under = _addresses(page)
    return Link(page.title, url, any(path == one or (one != "/" and path.startswith(one)) for one in (url, *under)))


@cache
def _addresses(page: Page) -> tuple[str, ...]:
    """Its own address, and those under which one is on it too. Every page asks for them, and they are the same for everybody."""
    neighbours = [reverse(name).rstrip("/").rpartition("/")[0] + "/" for name in page.beside]
    return reverse(page.name), *map(reverse, page.also), *neighbours
