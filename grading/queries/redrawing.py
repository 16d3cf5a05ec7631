"""Whether the sample that is stored is the one that seed and population give."""

from uuid import UUID

from common.errors import DomainError
from common.statistics import sampling
from grading.models import GradingRound
from grading.queries.rounds import frame


class CannotRedraw(DomainError):
    pass


def drawn_again(round: GradingRound) -> list[sampling.Drawn]:
    """The sample, drawn again from the recorded seed and the population as it was then. Changes nothing.

    Raises CannotRedraw when the population is not what it was, or when the sample that is stored does not come out.
    """
    if round.drawn_at is None:
        raise CannotRedraw("This round has not been drawn.")
    if round.algorithm != sampling.ALGORITHM:
        raise CannotRedraw(f"This sample was drawn by another method ({round.algorithm}).")
    ids = frame(round, at=round.drawn_at)
    if sampling.frame_digest(ids) != round.frame_digest:
        raise CannotRedraw(
            f"The population has changed since: {round.frame_size} PPNs could be drawn then, {len(ids)} could be now."
        )
    drawn = sampling.draw(round.seed, ids, round.size)
    stored = round.items.order_by("position").values_list("position", "referral_id", "ticket")
    if [(one.position, UUID(one.id), one.ticket) for one in drawn] != list(stored):
        raise CannotRedraw("The seed does not give the sample that is stored.")
    return drawn
