"""The words of a PPN, a CPI form, a decision, a share and an answer: put together from sentences, better or worse by quality."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from devtools.demo_data.stories import Story
from referrals.enums import HarmLevel, Informed, RejectionReason, RiskLevel, ShareState, SubjectSeen

Slots = Mapping[str, Any]
TIMES = ((2, "second"), (3, "third"), (4, "fourth"), (5, "fifth"), (6, "sixth"))

SOURCES = (
    "We saw and heard this ourselves unless another person is named.",
    "What {other} told us is marked as such; the rest we saw.",
    "The call, the body-worn video and two neighbours agree on this.",
    "This is fact as far as we saw it; why it is so is opinion and stands below.",
)
UNKNOWNS = (
    "We do not know who else has a key, nor who was here earlier in the day.",
    "Not known: whether anybody else lives there, and what the practice has noticed.",
    "We could not find out how long this has gone on before {weeks} weeks ago.",
    "A man's jacket in the hall belongs to nobody whom we were told about.",
)
PRESENT = (
    "said to me alone, in {his} own room, while my colleague was with {near}:",
    "said, with nobody else in the room:",
    "said after ten minutes of talking about other things:",
    "told me on the doorstep, away from {near}:",
)
PRESENT_WITH_OTHERS = ("said, with {near} beside {him}:", "said in front of {near}:", "said in the car on the way:")
MEANING = (
    "{He} looked at the floor and spoke very quietly; I think that {he} says less than there is.",
    "What {he} said and what we saw in the home do not fit together, and I believe what we saw.",
    "{He} smiled while saying it. I took it as something that {he} has practised.",
    "{He} asked what would happen next, and I told {him} the truth: that somebody will come and talk with {him}.",
)
VOICE_MIDDLING = (
    "{name} said that {he} was fine and did not want to talk.",
    "{name} said that things are not good at home.",
    "{other} says that {name} is upset about it.",
    "{name} confirmed what {other} had said.",
)
VOICE_POOR = ("N/A", "", "Not spoken to.", "No disclosure made.", "Asleep.", "Would not engage.")
PLACE_ONLY = (
    "{name} lives at the address in {street} with {other}.",
    "Lives with family. Attends school or work as normal as far as known.",
    "The home was untidy but adequate.",
    "{name} appears to have a normal routine.",
)
HISTORY_GOOD = (
    "{n} earlier notices in twelve months, each a little more serious: the pattern matters more than tonight.",
    "Records checked: {n} calls to {street} in two years, {weeks} weeks apart on average and now closer together.",
    "No earlier notice, but {n} calls for anti-social behaviour at the same door that were never linked.",
    "Earlier notice last year closed with advice; what it warned of has happened now.",
)
CURIOSITY = (
    "The first explanation was an accident; it does not explain the second mark, so I asked again.",
    "Somebody else eats there: there were four plates. Please ask who.",
    "I would ask next what happens on the evenings when {other} works late.",
    "If only tonight is looked at, this is small. With the {n} earlier ones it is not.",
)
HISTORY_MIDDLING = ("Known to police for similar.", "{n} previous, see system.", "Some history with {other}.")
HISTORY_POOR = ("See system.", "None known.", "", "Not checked at time of writing.")
HARM_MIDDLING = ("There may be some risk of harm.", "Potential for emotional harm.", "Concerns for welfare.")
NEEDS_MIDDLING = ("Support from other agencies.", "Some support at home.", "Advice.")
PROTECTIVE_WEIGHED = (
    "It lessens the risk but does not remove it.",
    "It held tonight; it may not hold next time.",
    "Without it the level would be higher.",
)
UNLESS = (
    "If nothing changes, I expect the next call within weeks.",
    "Doing nothing would leave {name} to deal with this alone.",
    "The harm grows with each time that nobody comes.",
)
RISK_GROUNDS = {
    RiskLevel.STANDARD: (
        "What we know now does not point to serious harm: {name} is with people who look after {him} tonight",
        "Standard because the harm is real but not likely to be grave, and help was accepted",
    ),
    RiskLevel.MEDIUM: (
        "Medium: there are signs that serious harm is possible, and it becomes likely if {other} is left to cope alone",
        "Medium because this is the {nth} time and each was worse, although nobody needed a doctor",
    ),
    RiskLevel.HIGH: (
        "High: serious harm could happen at any time, and it would be grave",
        "High because of what was done tonight together with what has come before, and because {name} is afraid",
    ),
}
RISK_WEIGHED = (
    "I weighed that {name} says little against what we saw. It would rise if {other} came back, and fall if a relative moved in.",
    "Information, threat, powers and options were gone through with my sergeant. It would fall once a worker has seen {him}, and rise with any new call.",
    "I am unsure about how long this has gone on; if it is longer than {weeks} weeks the level is too low.",
)
RISK_MIDDLING = (
    "{Risk}: {name} was upset.",
    "{Risk} given what happened.",
    "{Risk}, repeat call.",
    "{Risk}. Other parties spoken to.",
)
RISK_POOR = ("Standard.", "Assessed.", "Medium due to circumstances.", "As per tool.", "")
ASK_MIDDLING = ("For information.", "For your consideration.", "Please review.", "Support for family.")
NO_CONSENT = ("No consent given so for police records only.", "Consent not obtained.", "Not asked.")
TOLD = (
    "Told at the scene what is shared, with whom and why.",
    "Explained to {name} and {near}, who agreed that help is needed.",
    "Told; understood that this goes to the safeguarding hub.",
)
NOT_TOLD = (
    "Telling {other} could put {name} at risk tonight.",
    "The person who may be the source of harm would have heard of it.",
    "It was not possible to speak with {name} alone.",
)
OBJECTS = (
    "Did not want it shared; overridden, because the risk to {name} is serious and asking again would not change it.",
    "Objected at first. Shared because {name} cannot be protected otherwise; told so.",
)
SLIPS = (
    "Male present had preds and markers.",
    "IP and OIC spoke, NFA.",
    "Subject was 10/7 on arrival, all in order.",
    "Words of advice given.",
)

LEVELS_OF_HARM = {
    RiskLevel.STANDARD: (HarmLevel.SUSPECTED, HarmLevel.NONE_KNOWN, HarmLevel.LIKELY),
    RiskLevel.MEDIUM: (HarmLevel.LIKELY, HarmLevel.SUSPECTED, HarmLevel.LIKELY_SIGNIFICANT),
    RiskLevel.HIGH: (HarmLevel.SIGNIFICANT, HarmLevel.LIKELY_SIGNIFICANT),
}


def write_ppn(random: Random, story: Story, *, quality: int, risk: int, slots: Slots) -> dict[str, Any]:
    """The answers of a PPN. Each part is as good as `quality` (1 to 4), a step better or worse now and then."""

    def part() -> int:
        return min(4, max(1, quality + random.choice((-1, 0, 0, 0, 0, 1))))

    def one(sentences: Sequence[str]) -> str:
        return random.choice(sentences).format_map(slots)

    def some(sentences: Sequence[str], count: int) -> str:
        return " ".join(text.format_map(slots) for text in random.sample(sentences, min(count, len(sentences))))

    answers: dict[str, Any] = {}
    level = part()
    if level == 1:
        weak = random.choice((story.blame, story.blame, SLIPS))
        answers["concern"] = f"Police attended {slots['street']}. {one(weak)}"
    elif level == 2:
        answers["concern"] = one(story.events)
    else:
        answers["concern"] = f"{one(story.events)} {some(story.details, level - 1)} {one(SOURCES)}"
        if level == 4:
            answers["concern"] += f" {one(UNKNOWNS)}"

    level = part()
    if level == 1:
        answers["lived_experience"] = random.choice(("", "N/A", "Unknown.", "See above."))
    elif level == 2:
        answers["lived_experience"] = one(PLACE_ONLY)
    else:
        answers["lived_experience"] = some(story.days, level - 1) + (f" {one(story.effects)}" if level == 4 else "")

    level = part()
    answers |= _voice(level, random, one, story)

    level = part()
    answers["harm_level"] = random.choice(LEVELS_OF_HARM[RiskLevel(risk)])
    if level == 1:
        answers["needs"], answers["harm"] = random.choice(("", "None.")), ""
    elif level == 2:
        answers["needs"], answers["harm"] = one(NEEDS_MIDDLING), one(HARM_MIDDLING)
    else:
        answers["needs"] = some(story.needs, level - 1)
        answers["harm"] = one(story.harms)
        if level == 4:
            answers["protective_factors"] = f"{one(story.protective)} {one(PROTECTIVE_WEIGHED)}"
            answers["harm"] += f" {one(UNLESS)}"
        elif random.random() < 0.5:
            answers["protective_factors"] = one(story.protective)

    level = part()
    if level < 3:
        answers["history"] = one(HISTORY_POOR if level == 1 else HISTORY_MIDDLING)
    else:
        answers["history"] = one(HISTORY_GOOD) + (f" {one(CURIOSITY)}" if level == 4 else "")

    level = part()
    grounds = RISK_GROUNDS[RiskLevel(risk)]
    if level < 3:
        answers["risk_rationale"] = one(RISK_POOR if level == 1 else RISK_MIDDLING)
    else:
        answers["risk_rationale"] = f"{one(grounds)}." + (f" {one(RISK_WEIGHED)}" if level == 4 else "")

    answers |= _sharing(part(), random, one)

    level = part()
    answers["immediate_actions"] = one(story.actions) if level > 1 else random.choice(("None.", "Advice given.", ""))
    if level > 2:
        answers["request_to_partner"] = some(story.requests, level - 2)
    elif level == 2 or random.random() < 0.5:
        answers["request_to_partner"] = one(ASK_MIDDLING)
    return answers


def _voice(level: int, random: Random, one: Any, story: Story) -> dict[str, Any]:
    if level == 1:
        seen = random.choice((SubjectSeen.NOT_SEEN, SubjectSeen.NOT_SPOKEN_TO))
        return {"voice": one(VOICE_POOR), "subject_seen": seen, "not_seen_reason": random.choice(("", "", "Asleep."))}
    if level == 2:
        return {"voice": one(VOICE_MIDDLING), "subject_seen": SubjectSeen.WITH_OTHERS}
    if level == 3:
        words = f"{{name}} {random.choice(PRESENT_WITH_OTHERS)} “{random.choice(story.quotes)}”"
        return {"voice": one((words,)), "subject_seen": SubjectSeen.WITH_OTHERS}
    words = f"{{name}} {random.choice(PRESENT)} “{random.choice(story.quotes)}” {random.choice(MEANING)}"
    return {"voice": one((words,)), "subject_seen": SubjectSeen.ALONE}


def _sharing(level: int, random: Random, one: Any) -> dict[str, Any]:
    if level == 1:
        return {"informed": random.choice(("", Informed.TOLD_OBJECTS)), "informed_reason": one(NO_CONSENT)}
    if level == 2:
        return {"informed": random.choice((Informed.TOLD_AGREES, Informed.NOT_TOLD_NOT_POSSIBLE))}
    informed = random.choice((Informed.TOLD_AGREES, Informed.NOT_TOLD_UNSAFE, Informed.TOLD_OBJECTS))
    reasons = {Informed.TOLD_AGREES: TOLD, Informed.NOT_TOLD_UNSAFE: NOT_TOLD, Informed.TOLD_OBJECTS: OBJECTS}
    return {"informed": informed, "informed_reason": one(reasons[informed])}


# --- what the hub and the agencies write -----------------------------------------------------------------------------

RATIONALES = (
    "Information: the notice, {n} earlier contacts and a call with the agency. Threat: the risk to {name} is {risk} and grows. "
    "Powers and policy: local threshold chart. Options weighed: advice, early help, assessment. This fits the need and no less would.",
    "{name}'s own words and what the officers saw agree. The agency holds no open case. The family has coped before with support, "
    "so the level is set where support can start this week; review if there is any new contact.",
    "Considered with children's and adults' services at the morning meeting. Both agree. What else could explain it was asked: nothing that fits all of it.",
    "The risk stated is {risk}; with the history it is right. Missing: what the practice knows, asked for today. Decided now because waiting is worse.",
    "One event with a good response by those around {name}. No pattern found in twelve months of contacts. The referrer is told why.",
    "Cumulative view: {n} contacts, each below the line alone. Together they are above it, and {name} has said so in {his} own words.",
)
WOULD_CHANGE = (
    "Any new contact within three months, or word from the school or practice that it goes on.",
    "If {other} comes back to the address, or if {name} asks for help.",
    "If the person named cannot be reached by Friday.",
)
SHARE_REASONS = (
    "Your service can act on this and needs to know it to keep {name} safe.",
    "Needed for the assessment that was agreed; the notice says what was seen and what is asked.",
    "To decide with us whether {name} is known to you and who should visit.",
    "Prevents harm to {name}: you see {him} more often than anybody else.",
)
ACCEPTED = (
    "Accepted. A worker has been named and will ring within two days.",
    "Accepted: open to us from today; thank you for {name}'s own words, they helped.",
    "We take this on together with the school and will tell you how it went.",
    "Accepted. Visit arranged; the safe times to ring were very useful.",
    "",
)
REJECTED = {
    RejectionReason.INSUFFICIENT_INFORMATION: (
        "We cannot tell what the worry is, nor whether anybody spoke with {name}. Please say what was seen and what you ask of us.",
        "No date of birth, no address for {name}, and the history says 'see system', which we cannot.",
    ),
    RejectionReason.WRONG_AGENCY: (
        "The family lives outside our area; please send this to the authority where {name} sleeps.",
    ),
    RejectionReason.BELOW_THRESHOLD: (
        "A universal service is enough here; the school will offer a talk. Please come back if it happens again.",
        "We do not see a need for care that {name} could not meet {himself}.",
    ),
    RejectionReason.DUPLICATE: ("We had this from the hospital on the same day and are acting on that one.",),
    RejectionReason.WRONG_FORM: (
        "This is information about others, not a concern for {name}; please use the CPI form.",
    ),
}
FURTHER_WORK = (
    "Please add who has parental responsibility and where {name} is tonight.",
    "We need to know whether {other} was told, so that our first call does no harm.",
    "Please say what the earlier notices were about.",
)
END_REASONS = ("The agency's work is finished.", "Shared with the wrong team; sent to the right one.")


def write_answer(random: Random, *, quality: int, slots: Slots) -> tuple[ShareState, RejectionReason | str, str]:
    """What the agency says: well-written notices are rejected seldom, poor ones often."""
    chance = random.random()
    rejected = (0.0, 0.5, 0.26, 0.1, 0.05)[quality]
    if chance < rejected:
        reason = RejectionReason.INSUFFICIENT_INFORMATION
        if quality > 2 or random.random() < 0.3:
            reason = random.choice(list(REJECTED))
        return ShareState.REJECTED, reason, random.choice(REJECTED[reason]).format_map(slots)
    if chance < rejected + (0.0, 0.2, 0.15, 0.06, 0.02)[quality]:
        return ShareState.FURTHER_WORK, "", random.choice(FURTHER_WORK).format_map(slots)
    return ShareState.ACCEPTED, "", random.choice(ACCEPTED).format_map(slots)
