"""Did training help? What people did before and after they had it, beside those who had none: what goes together, not what comes from what."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from accounts.enums import Permission
from accounts.models import Team, User
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from grading.queries.compliance import published_reviews
from grading.queries.counted import rows_of
from grading.queries.graded_ppns import graded_ppns
from insights.queries.before_after import Comparison, Deed, Trained, compared
from referrals.queries.answers_by_writer import answers_by_day, answers_by_side
from training.models import Cohort, Module
from training.queries import completions


@dataclass(frozen=True)
class Chosen:
    """Of which training: a cohort's programme, one module, or whatever each did first; of one team, or of everybody."""

    cohort: Cohort | None = None
    module: Module | None = None
    team: Team | None = None

    @property
    def in_words(self) -> str:
        """For example "Recruits: Autumn", or "The first training of each, Response"."""
        what = f"{self.cohort.programme}: {self.cohort}" if self.cohort else self.module or "The first training of each"
        return f"{what}, {self.team}" if self.team else str(what)


@dataclass(frozen=True)
class Effect:
    """What a page shows. A comparison is None where it is too small for who looks, or not theirs to see (`sees_compliance`, `sees_answers`)."""

    trained: Trained
    grades: Comparison | None
    compliance: Comparison | None
    without_officer: int
    sees_compliance: bool
    answers: Comparison | None = None
    sees_answers: bool = False

    @property
    def comparisons(self) -> list[Comparison]:
        """Those that are shown."""
        return [one for one in (self.grades, self.compliance, self.answers) if one is not None]

    @property
    def tells_of_few(self) -> bool:
        """Whether a figure is of so few that it tells of single people, as only who runs grading may see."""
        return any(comparison.is_few for comparison in self.comparisons)

    @property
    def is_for_evaluators(self) -> bool:
        """Whether each group is of so many people that a line for each, without a name, points at nobody."""
        compared_people = ((one.people, one.others) for one in self.comparisons)
        groups = [group for both in compared_people for group in both if group]
        sizes = [len(self.trained.group), *map(len, groups)]
        return bool(groups) and min(sizes) >= SMALLEST_BASE_SHOWN


def may_choose_training(user: User) -> bool:
    """Who runs grading. From two groups that overlap others could work out the figures of the few who are in only one of them."""
    return user.may(Permission.RUN_GRADING)


def sees_compliance(user: User) -> bool:
    """Who may read dip samples or their reports."""
    return user.may(Permission.RUN_DIP_SAMPLES, Permission.REVIEW_INCIDENTS, Permission.SEE_REPORTS)


def sees_answers(user: User) -> bool:
    """Who may read what agencies answered: whoever works with trends, and the hub, which sees each answer."""
    return user.may(Permission.SEE_TRENDS, Permission.SEE_HUB_REFERRALS) and user.acts_for_hub()


class Evidence:
    """What people wrote and were found to have done, as far as this person may see it; read once for the form and the figures."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.graded = [Deed(ppn.writer, ppn.sent_on, ppn.grade) for ppn in graded_ppns(user)]
        self.sees_compliance = sees_compliance(user)
        reviews = rows_of(published_reviews(user)) if self.sees_compliance else ()
        needed = [row for row in reviews if row.counted_as.needed_a_form]
        self.without_officer = sum(row.officer is None for row in needed)
        self.complete = [
            Deed(row.officer, row.reported_on, int(row.counted_as.is_complete))
            for row in needed
            if row.officer is not None
        ]

    @cached_property
    def people(self) -> set[UUID]:
        return {deed.person for deed in (*self.graded, *self.complete)}


def modules_offered(evidence: Evidence) -> list[Module]:
    """The modules that somebody of whom there is evidence has done; none to who may not choose."""
    return completions.modules_completed_by(evidence.people) if may_choose_training(evidence.user) else []


def cohorts_offered(user: User) -> list[Cohort]:
    """The cohorts of the person's force that had a session; none to who may not choose."""
    return completions.cohorts_with_training(user) if may_choose_training(user) else []


def teams_offered(user: User) -> list[Team]:
    """The teams of the person's force by name; none to who may not choose."""
    if not may_choose_training(user):
        return []
    return list(Team.objects.filter(agency=user.agency_id).order_by("name", "pk"))


def effect_of(evidence: Evidence, chosen: Chosen) -> Effect:
    """Grades, compliance and answers of agencies before and after, in six queries at most.

    Who does not run grading gets no comparison in which any side is of so few deeds or people that it would tell of single ones.
    """
    trained = _trained(evidence, chosen)
    shows_small = may_choose_training(evidence.user)

    def shown(comparison: Comparison) -> Comparison | None:
        return None if comparison.is_few and not shows_small else comparison

    return Effect(
        trained=trained,
        grades=shown(compared(evidence.graded, trained, per=1)),
        compliance=shown(compared(evidence.complete, trained, per=100)) if evidence.sees_compliance else None,
        without_officer=evidence.without_officer,
        sees_compliance=evidence.sees_compliance,
        answers=shown(compared(_answers(evidence, trained), trained, per=100)) if sees_answers(evidence.user) else None,
        sees_answers=sees_answers(evidence.user),
    )


def _answers(evidence: Evidence, trained: Trained) -> Iterator[Deed]:
    """Each answered share as a deed of who wrote the referral: 1 where the agency accepted it and never sent it back.

    Of both groups those of whom there is other evidence, chosen alike, so that the question does not grow with the force.
    """
    force_id = evidence.user.agency_id
    if not trained.group or force_id is None:
        return
    with_it, without = trained.group & evidence.people, evidence.people - trained.days.keys()
    lines = answers_by_day(with_it, force_id=force_id)
    lines += answers_by_side(without, force_id=force_id, until=trained.middle)
    for line in lines:
        for number in range(line.answered):
            yield Deed(line.writer, line.on, int(number < line.at_once))


def _trained(evidence: Evidence, chosen: Chosen) -> Trained:
    if chosen.cohort is not None:
        days = completions.completed_programme(chosen.cohort)
        group = days.keys() & completions.people_of_cohort(chosen.cohort)
    else:
        days = completions.first_completed(evidence.people, module_id=chosen.module.pk if chosen.module else None)
        group = set(days)
    if chosen.team is not None:
        group = group & set(User.objects.filter(team=chosen.team).values_list("pk", flat=True))
    return Trained(days, frozenset(group))
