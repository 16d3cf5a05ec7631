"""Who may do what with a dip sample."""

from accounts.enums import Permission
from accounts.models import User
from grading.enums import SampleMove, SampleState, next_sample_state
from grading.models import DipSample, SampledIncident


def can_see_samples(user: User) -> bool:
    """The list, and compliance over the years: who draws or reviews, and who reads reports."""
    return user.may(Permission.RUN_DIP_SAMPLES, Permission.REVIEW_INCIDENTS, Permission.SEE_REPORTS)


def can_draw(user: User) -> bool:
    """Supervisors of a police force."""
    return user.may(Permission.RUN_DIP_SAMPLES) and user.agency is not None and user.agency.is_police


def can_take_over_earlier(user: User) -> bool:
    """Earlier reviews from a spreadsheet: those who draw samples now."""
    return can_draw(user)


def can_see_earlier(user: User) -> bool:
    """Earlier reviews incident by incident: who runs or reviews dip samples of a force. Readers of reports see their figures only."""
    runs_or_reviews = user.may(Permission.RUN_DIP_SAMPLES, Permission.REVIEW_INCIDENTS)
    return runs_or_reviews and user.agency is not None and user.agency.is_police


def can_run(user: User, sample: DipSample) -> bool:
    """Check its draw and publish it: supervisors of the force whose sample it is."""
    return user.may(Permission.RUN_DIP_SAMPLES) and user.agency_id == sample.force_id


def can_open_incidents(user: User, sample: DipSample) -> bool:
    """Read a sampled incident: those who review for this force. Readers of reports see figures only."""
    return user.may(Permission.REVIEW_INCIDENTS) and user.agency_id == sample.force_id


def can_see_incidents(user: User, sample: DipSample) -> bool:
    """The table of what was drawn: who runs the sample or reviews it."""
    return can_run(user, sample) or can_open_incidents(user, sample)


def can_review(user: User, sampled: SampledIncident) -> bool:
    """Those who review for this force, have no part in the incident, nor has their team, and read no live gap of its first review."""
    if not can_open_incidents(user, sampled.sample):
        return False
    return SampledIncident.objects.free_for_review_by(user).filter(pk=sampled.pk).exists()


def can_settle(user: User, sampled: SampledIncident) -> bool:
    """A third person: who reviews for this force, reviewed the incident neither first nor second, and has no part in it."""
    if not can_open_incidents(user, sampled.sample) or sampled.reviews.filter(reviewed_by=user).exists():
        return False
    return SampledIncident.objects.without_part_of(user).filter(pk=sampled.pk).exists()


def can_set_aside(user: User, sample: DipSample) -> bool:
    """Leave out what nobody of the force can review or settle: supervisors of the force, whether or not they review."""
    return can_run(user, sample) and next_sample_state(SampleMove.SET_ASIDE, sample.state) is not None


def can_see_figures(user: User, sample: DipSample) -> bool:
    """Who runs or reviews the sample once all is reviewed, others once it is published."""
    if sample.state == SampleState.PUBLISHED:
        return can_see_samples(user) and user.agency_id == sample.force_id
    return sample.state == SampleState.REVIEWED and can_see_incidents(user, sample)


def sees_small_numbers(user: User) -> bool:
    """Those who did the review, or run it, may see figures of a few incidents; for others they are suppressed."""
    return user.may(Permission.RUN_DIP_SAMPLES, Permission.REVIEW_INCIDENTS)


def moves_open_to(user: User, sample: DipSample) -> set[SampleMove]:
    """The buttons that this person may be shown."""
    if can_run(user, sample) and next_sample_state(SampleMove.PUBLISH, sample.state) is not None:
        return {SampleMove.PUBLISH}
    return set()
