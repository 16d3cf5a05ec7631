"""Three years of applications that partners prompted: fewer where the agency held the information, once it had been trained."""

from datetime import date, datetime, time, timedelta
from random import Random

from common.clock import london_moment
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import PARTNERS, Setting
from partners.enums import (
    NOT_COMPLETED,
    ApplicationMove,
    ApplicationOutcome,
    ApplicationState,
    DisclosureScheme,
    Known,
    ShouldHave,
)
from partners.models import ApplicationEvent, AskingCheck, PromptedApplication
from partners.services.prompted import advice_for

MONTHS = 36
CHECKS = 60
KEPT = (
    "Staff had heard it from the person and wrote it down; nobody told them what else was on file.",
    "The service had worked with the family before and knew what had happened then.",
    "An earlier meeting had the same risk on its agenda. It could have been told the same day.",
    "The person was sent to apply online. Two weeks passed, and they stopped answering.",
)
RIGHT = (
    "Only the police held anything; the person was helped to apply.",
    "The agency told what it knew first, and helped with the application as well.",
)
UNASKED = (
    "Nobody had asked for it; the worry could have been told to the hub, who look into it without an application.",
    "The person was surprised by the idea. The police could have begun by themselves.",
)
REASONS = {ShouldHave.SHARE: KEPT, ShouldHave.RIGHT_TO_KNOW: UNASKED, None: RIGHT}
OUTCOMES = (
    *[ApplicationOutcome.NOTHING] * 4,
    *[ApplicationOutcome.DISCLOSED] * 3,
    *[ApplicationOutcome.WITHDRAWN] * 2,
    ApplicationOutcome.NOT_REACHED,
)


def make_prompted(setting: Setting, *, seed: int) -> int:
    """Make the log and the checks before one; returns how many applications."""
    random = Random(f"{seed} prompted")
    agencies = [setting.agencies[name] for name, _, _ in PARTNERS]
    trainer, supervisor = setting.people["trainer"], setting.people["supervisor"]
    made: list[PromptedApplication] = []
    steps: list[ApplicationEvent] = []
    for back in range(MONTHS * 30, 0, -9):
        day = setting.today - timedelta(days=back)
        held = random.random() < 0.2 + 0.45 * back / (MONTHS * 30)
        known = Known.YES if held else random.choice((Known.NO, Known.NO, Known.NO, Known.UNKNOWN))
        one = PromptedApplication(
            id=named_id("prompted", back),
            force=setting.hub,
            agency=random.choice(agencies),
            scheme=DisclosureScheme.SARAHS_LAW if random.random() < 0.2 else DisclosureScheme.CLARES_LAW,
            received_on=day,
            force_reference=f"DS/{day.year}/{back:04d}",
            held_information=known,
            shared_itself=Known.YES if held and random.random() < 0.15 else Known.NO,
            asked_by_person=random.choice((Known.YES, Known.NO)),
            request_key=named_id("prompted key", back),
            logged_at=_at(day),
            logged_by=trainer,
        )
        steps.append(_step(one, 1, ApplicationMove.LOG))
        if back > 40 and (suggested := one.answers.suggest):
            one.judgement, one.judged_at, one.judged_by = suggested[0], _at(day, 3), supervisor
            one.should_have = _instead(random) if suggested[1] == ShouldHave.SHARE else suggested[1] or ""
            one.reason = random.choice(REASONS[suggested[1]])
            steps.append(_step(one, 2, ApplicationMove.JUDGE))
        if back > 20 and (back > 60 or random.random() < 0.6):
            one.state, one.outcome = ApplicationState.ENDED, random.choice(OUTCOMES)
            one.ended_on = day + timedelta(days=min(back, random.randint(6, 34)))
            if one.outcome in NOT_COMPLETED:
                one.risk_acted_on = Known.NO if 60 < back < 110 else Known.YES
            steps.append(_step(one, 3 if one.judgement else 2, ApplicationMove.END))
        made.append(one)
    PromptedApplication.objects.bulk_create(made)
    ApplicationEvent.objects.bulk_create(steps)
    AskingCheck.objects.bulk_create(_check(setting, random, number) for number in range(CHECKS))
    return len(made)


def _at(day: date, later: int = 0) -> datetime:
    return london_moment(day, time(10, 15)) + timedelta(days=later)


def _instead(random: Random) -> ShouldHave:
    return random.choice((ShouldHave.SHARE, ShouldHave.SHARE_AND_REFER, ShouldHave.REFER))


def _step(one: PromptedApplication, number: int, move: ApplicationMove) -> ApplicationEvent:
    is_judged = move == ApplicationMove.JUDGE
    has_ended = one.ended_on is not None
    return ApplicationEvent(
        id=named_id("prompted step", one.pk, number),
        application=one,
        number=number,
        move=move,
        held_information=one.held_information,
        shared_itself=one.shared_itself,
        asked_by_person=one.asked_by_person,
        judgement=one.judgement if is_judged else "",
        reason=one.reason if is_judged else "",
        should_have=one.should_have if is_judged else "",
        outcome=one.outcome if has_ended else "",
        ended_on=one.ended_on,
        risk_acted_on=one.risk_acted_on if has_ended else "",
        at=_at(one.ended_on) if one.ended_on else one.judged_at or one.logged_at,
        by=one.judged_by if is_judged else one.logged_by,
    )


def _check(setting: Setting, random: Random, number: int) -> AskingCheck:
    held, asked = random.choice(list(Known)), random.choice(list(Known))
    return AskingCheck(
        id=named_id("asking check", number),
        agency=setting.agencies[random.choice(PARTNERS)[0]],
        scheme=DisclosureScheme.CLARES_LAW,
        in_danger=Known.NO,
        held_information=held,
        asked_by_person=asked,
        advice=advice_for(in_danger=Known.NO, held_information=held, asked_by_person=asked),
        checked_on=setting.today - timedelta(days=4 * number),
    )
