"""Every setting that comes from the environment, with its type, default and meaning; docs/settings.md is made from this table.

A secret may be given as NAME or, from a mounted file, as NAME_FILE.
"""

from dataclasses import dataclass
from typing import Any

import environ


@dataclass(frozen=True)
class Variable:
    """One environment variable: its type, its default (None: required in production) and what it is for."""

    type: Any
    default: Any
    meaning: str


VARIABLES: dict[str, Variable] = {
    "DATABASE_URL": Variable(str, "", "PostgreSQL, for example postgres://user:password@host:5432/mash"),
    "REDIS_URL": Variable(str, "", "Redis or Valkey: redis://host:6379/0 or unix:///path/to/socket"),
    "SECRET_KEY": Variable(str, "", "Signs sessions and links; at least 50 random characters"),
    "ALLOWED_HOSTS": Variable(list, [], "Host names that the service answers to, separated by commas"),
    "TRUSTED_ORIGINS": Variable(list, [], "Origins (https://name) that forms may be sent from"),
    "SITE_URL": Variable(str, "http://localhost:8000", "Address of the service, for the links in mail"),
    "EMAIL_URL": Variable(str, "consolemail://", "Mail relay, for example smtp+tls://user:password@host:587"),
    "DEFAULT_FROM_EMAIL": Variable(str, "mash@localhost", "Sender of mail"),
    "MAIL_SENDER": Variable(str, "smtp", "By what mail leaves: smtp (EMAIL_URL) or notify (GOV.UK Notify)"),
    "MAIL_KEPT_DAYS": Variable(int, 180, "Days for which it is kept that a message was sent, and to whom"),
    "NOTIFY_API_KEY": Variable(str, "", "API key of GOV.UK Notify; needed if MAIL_SENDER is notify"),
    "NOTIFY_TEMPLATE_ID": Variable(
        str, "", "E-mail template at GOV.UK Notify, with ((subject)) as its subject and ((body)) as its message"
    ),
    "NOTIFY_BASE_URL": Variable(str, "https://api.notifications.service.gov.uk", "Address of the API of GOV.UK Notify"),
    "NOTIFY_CALLBACK_TOKEN": Variable(
        str, "", "Bearer token with which GOV.UK Notify says what became of a message; nobody may say so without one"
    ),
    "FORCE_NAME": Variable(str, "Wessex Vale Police (fictitious)", "Name of the force on pages and documents"),
    "CLASSIFICATION": Variable(str, "OFFICIAL-SENSITIVE", "Handling marking on every page and document"),
    "NATION": Variable(str, "ENG", "Whose bank holidays count: ENG, WLS, SCT or NIR"),
    "DARA_FROM": Variable(
        str,
        "2026-04-01",
        "From which day the force's officers assess domestic abuse with DARA; empty if they keep DASH",
    ),
    "MARAC_YES_COUNT": Variable(
        int, 14, "How many answers of DASH that are yes qualify for the high-risk meeting (MARAC)"
    ),
    "RIGHT_TO_ASK_DAYS": Variable(
        int, 28, "Days from first contact in which an application under Clare's or Sarah's Law is to be answered"
    ),
    "RIGHT_TO_ASK_VERY_LATE_DAYS": Variable(int, 45, "Days after which such an application is very late"),
    "MEDIA_ROOT": Variable(str, "var/media", "Folder of the private file store, never served by the web server"),
    "STATIC_ROOT": Variable(str, "staticfiles", "Folder that collectstatic fills when the image is built"),
    "REQUIRE_SECOND_FACTOR": Variable(
        bool, True, "Whether roles that see other agencies' data must use a second factor"
    ),
    "SESSION_IDLE_MINUTES": Variable(int, 30, "After how many minutes without a request somebody is signed out"),
    "SESSION_LONGEST_HOURS": Variable(int, 12, "How many hours after signing in somebody signs in again, however busy"),
    "CONFIRMED_FOR_MINUTES": Variable(
        int,
        15,
        "For how many minutes it counts that somebody showed who they are, before exports and the like ask again",
    ),
    "ACCESS_REVIEW_DAYS": Variable(int, 90, "After how many days somebody looks again whether a role is still needed"),
    "SECURE_COOKIES": Variable(bool, True, "Whether cookies go over HTTPS only; production refuses False"),
    "BEHIND_PROXY": Variable(bool, True, "Whether a proxy that sets X-Forwarded-Proto stands in front"),
    "PROXIES": Variable(
        int,
        1,
        "How many proxies stand in front and add an address to X-Forwarded-For, with BEHIND_PROXY; limits count visitors by it",
    ),
    "DATABASE_POOL_SIZE": Variable(int, 8, "Connections that one web process may hold"),
    "DATABASE_PREPARES": Variable(
        bool, True, "Whether connections keep prepared statements; no behind PgBouncer before 1.21"
    ),
    "CSV_MAX_BYTES": Variable(int, 50_000_000, "Size in bytes of the largest CSV file that is read"),
    "ATTACHMENT_MAX_BYTES": Variable(
        int, 10_000_000, "Size in bytes of the largest file that is attached to a referral"
    ),
    "ATTACHMENT_MAX_COUNT": Variable(int, 20, "How many files one referral may have"),
    "UPLOAD_SCANNER": Variable(
        str,
        "common.scanning.ClamdScanner",
        "Python path of the scanner of attached files; what no scanner called clean cannot be opened",
    ),
    "CLAMD_ADDRESS": Variable(str, "", "ClamAV's daemon: host:port, or the path of its socket"),
    "API_RATE": Variable(str, "600/min", "How many calls of the API one client may make, for example 600/min"),
    "EMERGENCY_ACCESS_MINUTES": Variable(
        int, 60, "How long a restricted referral stays open to somebody who broke the glass; 720 at most"
    ),
    "EMERGENCY_REVIEW_WORKING_DAYS": Variable(
        int, 2, "Within how many working days somebody else reviews an emergency access"
    ),
    "PUBLIC_PAGES_A_MINUTE": Variable(int, 60, "How often a minute one visitor may ask for a page without sign-in"),
    "TAILORED_REMIND_AFTER_DAYS": Variable(
        int, 5, "After how many working days whoever's turn it is hears of a tailored session again"
    ),
    "REPORTS_KEPT_DAYS": Variable(int, 2555, "Days for which report files are kept"),
    "HOLD_MINUTES": Variable(int, 10, "For how many minutes a place is held while somebody fills in the booking form"),
    "OFFER_HOURS": Variable(int, 24, "For how many hours a place is offered to who waits for one"),
    "OFFER_NEAR_HOURS": Variable(int, 72, "How many hours before a session an offer becomes a short one"),
    "OFFER_HOURS_NEAR": Variable(int, 4, "For how many hours a place is offered when the session is near"),
    "JOINING_LINK_HOURS": Variable(int, 24, "How many hours before a session who is booked gets its joining link"),
    "NEEDS_KEPT_DAYS": Variable(
        int, 28, "Days after a session for which access and dietary needs of its people are kept"
    ),
    "USUAL_HOURS_FROM": Variable(
        int, 7, "From which hour on working days access is in usual hours, by the London clock"
    ),
    "USUAL_HOURS_TO": Variable(
        int, 20, "Until which hour on working days access is in usual hours, by the London clock"
    ),
    "SHIFT_ROLES": Variable(
        list, ["FRONTLINE_OFFICER"], "Roles of which access at any hour is usual (codes, separated by commas)"
    ),
    "SHIFT_TEAMS": Variable(list, [], "Teams of which access at any hour is usual (names, separated by commas)"),
    "LOG_HEAD_FILE": Variable(
        str,
        "",
        "File outside the database to which the head of the access log is added every hour; on a disk that whoever holds the database cannot write to",
    ),
    "REASON_ASKED_FOR": Variable(
        list,
        [],
        "For what a reason is asked, separated by commas: OUTSIDE_TASK (a referral on which one has no task), NAME_SEARCH (a search for somebody by name); files of the access log always ask",
    ),
    "REGISTER_REMIND_AFTER_DAYS": Variable(
        int, 2, "After how many working days the trainers of a session are reminded of a register that nobody closed"
    ),
    "REGISTER_CLOSED_AFTER_DAYS": Variable(
        int, 10, "After how many working days a job closes a register in which somebody is marked"
    ),
    "ABSENCES_WARNED_FROM": Variable(
        int,
        2,
        "From how many sessions that somebody missed within a year without cancelling they and their coordinator are told; 0 tells nobody",
    ),
    "ABSENCE_WARNINGS_AT_MOST": Variable(int, 3, "How often within a year one person is told of absences at most"),
    "SCENARIO_ANSWERS_KEPT_DAYS": Variable(
        int,
        730,
        "Days after a session for which it is kept who chose what in its scenarios; pairs of marks stay without a person; the force decides, 0 keeps for ever",
    ),
    "QUESTIONS_KEPT_DAYS": Variable(
        int,
        730,
        "Days for which a question that was not published is kept, and who asked a published one; the force decides, 0 keeps for ever",
    ),
    "FOLLOW_UPS_KEPT_DAYS": Variable(
        int,
        730,
        "Days after a session for which it is kept what became of it, unless the person agreed to have it told; the force decides, 0 keeps for ever",
    ),
    "FEEDBACK_RECEIPTS_KEPT_DAYS": Variable(
        int,
        90,
        "Days after a session for which it is kept who has said what it was like; the force decides, 0 keeps for ever",
    ),
    "LEARNING_MAILS_KEPT_DAYS": Variable(
        int,
        365,
        "Days after a session for which it is kept that somebody was asked about it by mail; the force decides, 0 keeps for ever",
    ),
    "CHECK_INS_KEPT_DAYS": Variable(
        int,
        30,
        "Days after a session for which hashes of devices are kept where nobody closed its register; the force decides, 0 keeps for ever",
    ),
    "ABSENCE_WARNINGS_KEPT_DAYS": Variable(
        int,
        730,
        "Days for which it is kept that somebody was told of absences; the force decides, 0 keeps for ever",
    ),
    "DELEGATES_KEPT_DAYS": Variable(
        int,
        2190,
        "Days after their last session for which name and address of somebody without an account are kept; the force decides, 0 keeps for ever",
    ),
    "RETENTION_YEARS": Variable(
        str,
        "10,10,6,6",
        "Clear years after the last contact until a referral of review group 1, 2, 3, 4 is reviewed; never less than six; an example, the force's schedule decides",
    ),
    "RETENTION_NEXT_YEARS": Variable(
        str, "10,10,5,5", "Years until a retained referral of review group 1, 2, 3, 4 is reviewed again"
    ),
    "BACKUPS_KEPT_DAYS": Variable(
        int,
        0,
        "Days for which the force keeps backups; stands on certificates of disposal; 0: it is not said when the last backup is gone",
    ),
    "OIDC_LINK_BY_EMAIL": Variable(
        bool,
        False,
        "Whether the first sign-in through a provider finds its account by an e-mail address that the provider has verified",
    ),
    "OIDC_PROVIDERS": Variable(str, "[]", "OpenID Connect providers as a JSON list (see docs/operations)"),
}

env = environ.FileAwareEnv(**{name: (v.type, v.default) for name, v in VARIABLES.items()})
