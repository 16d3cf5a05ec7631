"""All graders read the same text: that of the draw, whatever is amended between them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from grading.models import GradingRound, RoundItem
from grading.services import rounds
from referrals import services
from referrals.models import Referral
from tests.factories.grading import AssignmentFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.grading.test_rounds import open_round
from tests.people import NOW
from tests.tampering import walls_down

OLD, NEW = "The child sat in a cold room.", "The child sat with Inventina in a heated room."
LATER = NOW + timedelta(hours=1)


def amend(cast, referral: Referral, *, at=LATER, **answers) -> None:
    referral.refresh_from_db()
    services.amend_section(
        referral_id=referral.pk,
        version=referral.version,
        answers=answers,
        reason="A fictitious slip.",
        by=cast.olu,
        at=at,
    )


@pytest.fixture
def referral(cast) -> Referral:
    made = ReferralFactory(author=cast.olu, content={"concern": OLD})
    PersonFactory(referral=made, position=1, given_names="Fictitia")
    return made


@pytest.fixture
def drawn(cast, referral) -> RoundItem:
    return draw(cast).items.get()


def draw(cast) -> GradingRound:
    return rounds.draw_round(round_id=open_round(cast).pk, by=cast.sam, at=NOW)


def concern_that(grader, item, client) -> str:
    page = client.signed_in(grader).get(item.grade_url).context["ppn"]
    return next(section for section in page.sections if section.title == "The concern").answers[0].text


def test_the_item_keeps_the_version_that_was_drawn(cast, referral):
    amend(cast, referral, at=NOW - timedelta(hours=1), concern=NEW)

    assert draw(cast).items.get().version == 2


def test_an_amendment_between_two_graders_changes_nothing_that_they_read(client, cast, referral, drawn):
    for grader in (cast.gail, cast.pam):
        AssignmentFactory(item=drawn, grader=grader)
    GradingRound.objects.update(state="GRADING", assigned_at=NOW, assigned_by=cast.sam)

    first = concern_that(cast.gail, drawn, client)
    amend(cast, referral, concern=NEW)
    second = concern_that(cast.pam, drawn, client)

    assert (first, second) == (OLD, OLD)


def test_the_page_on_which_the_grade_is_agreed_shows_the_same_text(client, cast, referral, drawn):
    AssignmentFactory(item=drawn, grader=cast.gail, graded=3)
    GradingRound.objects.update(state="MODERATING", assigned_at=NOW, assigned_by=cast.sam)
    amend(cast, referral, concern=NEW)

    page = client.signed_in(cast.sam).get(reverse("grading:agree_item", args=[drawn.round_id, drawn.pk]))

    assert OLD in page.content.decode()
    assert "heated room" not in page.content.decode()


def test_a_name_that_only_an_amendment_brought_is_hidden_too(client, cast, referral, drawn):
    AssignmentFactory(item=drawn, grader=cast.gail)
    GradingRound.objects.update(state="GRADING", assigned_at=NOW, assigned_by=cast.sam)
    referral.ppn.concern = "Inventina was cold."
    referral.ppn.save()
    amend(cast, referral, concern=NEW)
    PersonFactory(referral=referral, position=2, given_names="Inventina")

    assert concern_that(cast.gail, drawn, client) == "[person 2] was cold."


def test_the_database_refuses_a_version_that_never_was(drawn):
    with walls_down(RoundItem), pytest.raises(IntegrityError, match="round_item_version"), transaction.atomic():
        RoundItem.objects.update(version=0)
