"""What a careful reviewer finds of one of the demo's incidents: told by its story, its forms and a little chance."""

import re
from collections.abc import Collection, Iterable
from random import Random
from typing import Any

from devtools.demo_data.incidents import STORIES
from devtools.demo_data.stories import Story
from grading.enums import NOT_GOOD_ENOUGH, Criterion, Needed, QuickQuality, ReasonMissing, SchoolTold
from grading.models.findings import SCHOOL_IS_TOLD_OF
from grading.queries.timeliness import came_in_time, sent_after
from referrals.enums import ConcernType
from referrals.models import Incident, Referral

FACTS = {
    "child_linked": ConcernType.CHILD,
    "adult_needs": ConcernType.ADULT_AT_RISK,
    "domestic_abuse": ConcernType.DOMESTIC_ABUSE,
}
# What is forgotten beside the main concern.
LEFT_OUT = (ConcernType.ADULT_AT_RISK, ConcernType.DOMESTIC_ABUSE, ConcernType.MENTAL_HEALTH)
COMPLETE = (
    "What the officers saw of the home was worth knowing, and the notice tells all of it.",
    "Each concern that the log names has its part in the notice, and a partner could act on it.",
    "The log alone would have called for a form; it came, and it covers everybody who was there.",
)
PARTIAL = (
    "The main concern was shared; a second one that the log names is in no form.",
    "The notice covers what was reported first; what came out at the address is not in it.",
)
MISSING = (
    "The log tells of somebody who could not look after themselves, and nothing was shared.",
    "Read with the earlier calls this should have been shared; no form bears this number.",
    "The officers left with the words “no concerns”, which what they saw does not support.",
)
NOT_NEEDED = (
    "Nobody was at risk when the officers left, and nothing in the history says otherwise.",
    "The box was ticked because somebody was present, not because anything worried the officers.",
    "All in order, with people around who help; a form would have told partners nothing.",
)
OVER_SUBMITTED = (
    "A notice was sent, but neither the log nor the notice names anything that worries.",
    "Sent to be on the safe side; the partner could do nothing with it.",
)
UNCLEAR = (
    "The log is too short to tell whether anybody was there but the caller; the body-worn video would show it.",
    "It depends on the age of the person at the window, which nobody wrote down.",
)
GAP_ACTIONS = (
    "Rang the hub's desk at once; a decision-maker wrote a notice from the log and health visitors call tomorrow.",
    "Told the duty sergeant, who sent a patrol for a welfare check the same afternoon and had a notice written.",
)
OPEN_GAP_ACTION = (
    "Fictitious: rang the hub's desk, which looks for the family's number; nobody has called at the home yet."
)
GAP_OUTCOME = "The notice was taken to the front of the queue, decided and shared the same day; the family was visited."
SETTLED_WHY = (
    "The body-worn video and the earlier calls were looked at together; they leave no doubt about what was needed."
)

# How often a reviewer cannot tell, finds a form that nobody needed, or one that leaves a concern out.
SHARE_UNCLEAR = 0.03
SHARE_OVER_SUBMITTED = 0.04
SHARE_PARTIAL = 0.04
SHARE_ELSEWHERE = 0.05
SHARE_LIVE_GAP = 0.2
# How often a reviewer says how good a form is, and what; whether a supervisor looked; whether the school was told.
SHARE_JUDGED = 0.8
QUALITIES: dict[int, int] = {
    QuickQuality.NOBODY_COULD_ACT: 1,
    QuickQuality.TO_BE_ASKED_AGAIN: 4,
    QuickQuality.ENOUGH: 9,
    QuickQuality.AMPLE: 3,
}
SHARE_SUPERVISOR_SEEN = 0.75
SCHOOLS: dict[str, int] = {SchoolTold.IN_TIME: 14, SchoolTold.LATE: 2, SchoolTold.NOT_TOLD: 1, SchoolTold.NOT_NEEDED: 3}


def findings_of(
    random: Random, incident: Incident, forms: Collection[Referral], *, share_unclear: float = SHARE_UNCLEAR
) -> dict[str, Any]:
    """The findings as `record_review` takes them. An incident that the generator meant to need a form is found to need one."""
    found = {kind for form in forms for kind in form.types}
    story = story_of(incident.summary)
    is_needed = story is not None if not found else random.random() >= SHARE_OVER_SUBMITTED
    is_unclear = random.random() < share_unclear
    result: dict[str, Any] = {
        "required": Needed.UNCLEAR if is_unclear else Needed.YES if is_needed else Needed.NO,
        "forms_found": [form.pk for form in forms],
        "in_time": came_in_time(sent_after(incident, list(forms))),
    }
    if is_unclear:
        return result | {"why": random.choice(UNCLEAR)}
    if not is_needed:
        return result | {"why": random.choice(OVER_SUBMITTED if found else NOT_NEEDED)}
    if not found:
        return result | _missing(random, _wanted(incident, story))
    wanted = set(found)
    if random.random() < SHARE_PARTIAL:
        wanted.add(random.choice([kind for kind in LEFT_OUT if kind not in found]))
    is_partial = wanted != found
    return result | {
        "required_types": sorted(wanted),
        "reason_missing": random.choice(ReasonMissing.values) if is_partial else "",
        "why": random.choice(PARTIAL if is_partial else COMPLETE),
    }


def said_beside(random: Random, required_types: Collection[str], found_types: Collection[str]) -> dict[str, Any]:
    """What the reviewer says of the forms found, of a supervisor and of the school, as the columns of a review."""
    is_judged = bool(found_types) and random.random() < SHARE_JUDGED
    quality = int(random.choices(list(QUALITIES), list(QUALITIES.values()))[0]) if is_judged else None
    is_of_a_school = set(SCHOOL_IS_TOLD_OF) <= set(required_types)
    return {
        "quick_quality": quality,
        "learning_themes": sorted(random.sample(Criterion.values, random.choice((1, 1, 2))))
        if quality in NOT_GOOD_ENOUGH
        else [],
        "supervisor_seen": random.choice((None, random.random() < SHARE_SUPERVISOR_SEEN)),
        "school_told": str(random.choices(list(SCHOOLS), list(SCHOOLS.values()))[0]) if is_of_a_school else "",
    }


def _missing(random: Random, wanted: list[str]) -> dict[str, Any]:
    """A form that was needed is not here; now and then it is found in another system."""
    if random.random() < SHARE_ELSEWHERE:
        words = "Nothing here, but the force's older system holds a form of that evening that covers it."
        return {"required_types": wanted, "found_elsewhere": wanted, "in_time": True, "why": words}
    action = random.choice(GAP_ACTIONS) if random.random() < SHARE_LIVE_GAP else ""
    return {
        "required_types": wanted,
        "reason_missing": random.choice(("", *ReasonMissing.values)),
        "why": random.choice(MISSING),
        "live_gap_action": action,
    }


def _wanted(incident: Incident, story: Story | None) -> list[str]:
    kinds: Iterable[str] = story.types if story is not None else ()
    return sorted({str(kind) for kind in kinds} or {str(FACTS[fact]) for fact in FACTS if getattr(incident, fact)})


def story_of(summary: str) -> Story | None:
    """The story that an incident's summary was made from; None where nothing happened that needed a form."""
    return next((story for pattern, story in _PATTERNS if pattern.fullmatch(summary)), None)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(
        "".join(".+?" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", words))
    )


_PATTERNS = [(_pattern(words), story) for story in STORIES for words in story.summaries]
