"""Who grades, changed while the panel grades: nobody who left, and nobody who knows whom it is about, stops the round."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import RoleGrant, User
from audit.models import Entry
from grading.models import Assignment, Departure, GradingRound
from grading.queries import rounds as queries
from grading.queries.panel import may_judge
from grading.services import grades, panel
from referrals.queries import parts_taken
from tests.factories.accounts import UserFactory
from tests.factories.grading import AssignmentFactory, GradingRoundFactory, RoundItemFactory
from tests.factories.parts import PARTS
from tests.factories.referrals import ReferralFactory
from tests.grading.giving import whole
from tests.people import NOW, Cast
from tests.reading import markup_of

WHY = "Left the force at the end of the month."


@pytest.fixture
def round(cast) -> GradingRound:
    """Two PPNs, each with Gail of the force and Pam, a partner; Gail has graded the first."""
    made = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="GRADING")
    for position in (1, 2):
        item = RoundItemFactory(round=made, referral=ReferralFactory(author=cast.olu), position=position)
        AssignmentFactory(item=item, grader=cast.gail, graded=3 if position == 1 else None)
        AssignmentFactory(item=item, grader=cast.pam)
    return made


def police_grader(cast: Cast) -> User:
    return UserFactory(agency=cast.police, roles=["PANEL_MEMBER"], name="Nell Newgrader")


def replace(round, cast, successor, *, grader=None, **fields):
    asked = {"reason": WHY, "by": cast.sam, "at": NOW} | fields
    return panel.replace_grader(round_id=round.pk, grader_id=(grader or cast.gail).pk, successor=successor, **asked)


def graders(round, position) -> set[User | None]:
    return {one.grader for one in Assignment.objects.filter(item__round=round, item__position=position)}


@pytest.mark.django_db
@pytest.mark.parametrize("takes_part", PARTS)
def test_whoever_had_a_hand_in_a_ppn_does_not_grade_it(takes_part):
    somebody, referral = UserFactory(), ReferralFactory()
    assert may_judge(somebody, referral, took_part=parts_taken([referral.pk])[referral.pk])

    takes_part(referral, somebody)

    assert not may_judge(somebody, referral, took_part=parts_taken([referral.pk])[referral.pk])


def test_what_a_grader_had_left_goes_to_another_and_what_was_graded_stays(cast, round):
    successor = police_grader(cast)

    replace(round, cast, successor)

    assert graders(round, 1) == {cast.gail, cast.pam}
    assert graders(round, 2) == {successor, cast.pam}
    (departure,) = Departure.objects.all()
    assert (departure.grader, departure.kind, departure.reason, departure.recorded_by) == (
        cast.gail,
        "REPLACED",
        WHY,
        cast.sam,
    )
    assert list(Entry.objects.values_list("what", flat=True)) == ["grading.grader_replaced"]


def test_one_ppn_alone_can_go_to_another(cast, round):
    second = round.items.get(position=2)

    replace(round, cast, UserFactory(roles=["PANEL_MEMBER"]), grader=cast.pam, item_id=second.pk)

    assert cast.pam in graders(round, 1)
    assert cast.pam not in graders(round, 2)


def test_a_round_whose_grader_left_can_be_ended(cast, round):
    RoleGrant.objects.filter(user=cast.gail).delete()
    successor = police_grader(cast)
    replace(round, cast, successor)

    for place in Assignment.objects.waiting().select_related("grader"):
        grades.submit_grade(assignment_id=place.pk, **whole(3), by=place.grader, at=NOW)

    round.refresh_from_db()
    assert round.state == "MODERATING"


def test_who_grades_it_already_takes_no_second_place(cast, round):
    with pytest.raises(panel.CannotReplace, match="grades PPN 2 already"):
        replace(round, cast, cast.pam)


def test_who_belongs_to_the_authors_team_takes_no_place(cast, round):
    colleague = UserFactory(agency=cast.police, team=cast.response_team, roles=["PANEL_MEMBER"])

    with pytest.raises(panel.CannotReplace, match="author's team of PPN 2"):
        replace(round, cast, colleague)


def test_the_partners_place_stays_with_a_partner(cast, round):
    with pytest.raises(panel.CannotReplace, match="needs a grader from a partner agency"):
        replace(round, cast, police_grader(cast), grader=cast.pam)
    assert not Departure.objects.exists()
    assert graders(round, 1) == {cast.gail, cast.pam}


def test_who_may_not_grade_takes_no_place(cast, round):
    with pytest.raises(panel.CannotReplace, match="may not grade"):
        replace(round, cast, cast.tess)


def test_who_was_taken_off_a_ppn_does_not_get_it_back(cast, round):
    replace(round, cast, police_grader(cast))
    newcomer = Assignment.objects.get(item__position=2, grader__name="Nell Newgrader").grader

    with pytest.raises(panel.CannotReplace, match="was taken off PPN 2 before"):
        replace(round, cast, cast.gail, grader=newcomer)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_grader_is_replaced_for_a_reason_only(cast, round, reason):
    with pytest.raises(panel.CannotReplace, match="Say why"):
        replace(round, cast, police_grader(cast), reason=reason)


@pytest.mark.parametrize("name", ["gail", "pam", "tess", "olu"])
def test_only_who_runs_the_round_replaces(cast, round, name):
    with pytest.raises(panel.CannotReplace, match="Only a MASH supervisor"):
        replace(round, cast, police_grader(cast), by=getattr(cast, name))


def test_nobody_is_replaced_once_grading_has_ended(cast, round):
    GradingRound.objects.update(state="MODERATING")

    with pytest.raises(panel.CannotReplace, match="only while the round is being graded"):
        replace(round, cast, police_grader(cast))


def declare(cast, round, *, position=2, by=None, reason="I worked with the family."):
    grader = by or cast.gail
    place = Assignment.objects.get(item__round=round, item__position=position, grader=cast.gail)
    return panel.declare_conflict(assignment_id=place.pk, reason=reason, by=grader, at=NOW)


def test_who_knows_whom_it_is_about_gives_it_back_and_the_supervisor_is_told(cast, round):
    departure = declare(cast, round)

    assert graders(round, 2) == {None, cast.pam}
    assert (departure.kind, departure.grader, departure.reason) == ("CONFLICT", cast.gail, "I worked with the family.")
    assert "PPN without a grader" in [one.title for one in queries.waiting_for(cast.sam, at=NOW)]


def test_a_round_does_not_end_while_a_ppn_waits_for_a_grader(cast, round):
    declare(cast, round)

    for place in Assignment.objects.waiting().exclude(grader=None).select_related("grader"):
        grades.submit_grade(assignment_id=place.pk, **whole(3), by=place.grader, at=NOW)

    round.refresh_from_db()
    assert round.state == "GRADING"


def test_a_place_that_was_given_back_is_filled_by_somebody_able(cast, round):
    declare(cast, round)
    place, successor = Assignment.objects.get(grader=None), police_grader(cast)

    with pytest.raises(panel.CannotReplace, match="was taken off"):
        panel.fill_place(assignment_id=place.pk, successor=cast.gail, by=cast.sam, at=NOW)
    panel.fill_place(assignment_id=place.pk, successor=successor, by=cast.sam, at=NOW)
    panel.fill_place(assignment_id=place.pk, successor=successor, by=cast.sam, at=NOW + timedelta(minutes=1))

    assert graders(round, 2) == {successor, cast.pam}
    with pytest.raises(panel.CannotReplace, match="meanwhile"):
        panel.fill_place(assignment_id=place.pk, successor=police_grader(cast), by=cast.sam, at=NOW)


def test_a_grade_that_was_given_is_not_given_back(cast, round):
    with pytest.raises(panel.CannotDeclare, match="stays"):
        declare(cast, round, position=1)


def test_nobody_gives_back_what_is_anothers(cast, round):
    with pytest.raises(panel.CannotDeclare, match="not yours"):
        declare(cast, round, by=cast.pam)


def test_a_conflict_is_declared_with_a_reason(cast, round):
    with pytest.raises(panel.CannotDeclare, match="Say how"):
        declare(cast, round, reason=" ")


@pytest.mark.parametrize(
    ("wrong", "name"),
    [({"reason": ""}, "departure_says_why"), ({"kind": "CONFLICT"}, "declared_by_the_grader")],
)
def test_the_database_refuses_a_departure_that_cannot_be(cast, round, wrong, name):
    row = {"kind": "REPLACED", "reason": WHY, "left_at": NOW, "grader": cast.gail, "recorded_by": cast.sam}

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Departure.objects.create(item=round.items.first(), **row | wrong)


def test_the_round_says_who_can_no_longer_grade_and_which_ppn_waits(client, cast, round):
    declare(cast, round)
    User.objects.filter(pk=cast.pam.pk).update(is_active=False)

    page = client.signed_in(cast.sam).get(round.get_absolute_url()).content.decode()

    assert "Can no longer grade" in page
    assert "Find a grader for PPN 2" in page
    assert "I worked with the family." in page


def test_the_supervisor_replaces_a_grader_on_the_page(client, cast, round):
    successor = police_grader(cast)
    address = reverse("grading:round_replace", args=[round.pk, cast.gail.pk])

    empty = client.signed_in(cast.sam).post(address, {})
    unfit = client.post(address, {"successor": cast.pam.pk, "reason": WHY})
    done = client.post(address, {"successor": successor.pk, "reason": WHY})

    assert set(empty.context["form"].errors) == {"successor", "reason"}
    assert unfit.context["form"].errors == {"successor": [f"{cast.pam} grades PPN 2 already."]}
    assert (empty.status_code, unfit.status_code, done.status_code) == (422, 422, 302)
    assert graders(round, 2) == {successor, cast.pam}


def test_a_grader_gives_a_ppn_back_on_the_page_and_no_longer_sees_it(client, cast, round):
    item = round.items.get(position=2)
    address = reverse("grading:grade_conflict", args=[round.pk, item.pk])
    assert address in client.signed_in(cast.gail).get(item.grade_url).content.decode()

    empty = client.post(address, {})
    done = client.post(address, {"reason": "A neighbour of mine."})

    assert (empty.status_code, list(empty.context["form"].errors), done.status_code) == (422, ["reason"], 302)
    assert client.get(item.grade_url).status_code == 404


def test_the_page_puts_those_who_can_take_the_place_first_and_says_why_others_cannot(client, cast, round):
    successor = police_grader(cast)

    page = client.signed_in(cast.sam).get(reverse("grading:round_replace", args=[round.pk, cast.gail.pk]))

    choices = dict(page.context["form"].fields["successor"].choices)
    assert str(cast.gail.pk) not in choices
    assert choices[str(successor.pk)] == f"{successor}, {successor.agency}"
    assert choices[str(cast.pam.pk)] == f"{cast.pam}, {cast.pam.agency}. Cannot: {cast.pam} grades PPN 2 already."
    assert list(choices).index(str(successor.pk)) < list(choices).index(str(cast.pam.pk))


@pytest.mark.parametrize("more", [0, 5])
def test_the_page_asks_the_database_the_same_however_many_may_grade(
    client, cast, round, more, django_assert_num_queries
):
    for _ in range(more):
        police_grader(cast)
    client.signed_in(cast.sam)

    with django_assert_num_queries(12):
        client.get(reverse("grading:round_replace", args=[round.pk, cast.gail.pk]))


def test_nobody_is_replaced_by_themselves(cast, round):
    with pytest.raises(panel.CannotReplace, match="grades PPN 2 already"):
        panel.replace_grader(
            round_id=round.pk, grader_id=cast.gail.pk, successor=cast.gail, reason=WHY, by=cast.sam, at=NOW
        )
    assert not Departure.objects.exists()


@pytest.mark.parametrize("grades_it_too", [False, True])
def test_why_somebody_gave_a_ppn_back_stays_from_a_supervisor_who_grades_it_too(client, cast, round, grades_it_too):
    declare(cast, round)
    place = Assignment.objects.get(grader=None)
    if grades_it_too:
        AssignmentFactory(item=place.item, grader=cast.sam)
    client.signed_in(cast.sam)

    pages = [
        markup_of(client.get(round.get_absolute_url())),
        markup_of(client.get(reverse("grading:round_fill", args=[round.pk, place.pk]))),
    ]

    assert all(f"{cast.gail} no longer grades it" in page for page in pages)
    assert [("I worked with the family." in page) for page in pages] == [not grades_it_too] * 2
