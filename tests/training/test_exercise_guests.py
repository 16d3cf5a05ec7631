"""Guests of partner agencies in the groups of an exercise: named, without an account, seen at the table and in no log."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Entry
from tests.conftest import CarefulClient
from tests.factories.exercises import GroupGuestFactory
from tests.people import NOW, Cast
from tests.reading import text_of
from tests.training.test_exercise_runs import attachment_day, group, run_of
from training.models import CpdEntry, GroupGuest
from training.services import exercise_runs as services


def add(cast: Cast, run, *, by=None, letter: str = "A", **fields) -> GroupGuest:
    values = {"name": "H. Fictitious", "agency_name": "Testham Housing (fictitious)", "plays": "HOUSING"} | fields
    return services.add_guest(run_id=run.pk, group=group(run, letter), by=by or cast.tess, at=NOW, **values)


def test_a_guest_is_added_by_who_leads_the_run_once_and_taken_out_before_the_start(cast):
    run = run_of(cast)

    guest = add(cast, run)

    with pytest.raises(services.IsInAGroup, match="already"):
        add(cast, run, name="h.  FICTITIOUS", letter="B")
    assert Entry.objects.filter(what="training.exercise_run_guest_added", actor_id=str(cast.tess.pk)).count() == 1
    services.take_guest_out(guest_id=guest.pk, by=cast.tess, at=NOW)
    assert not GroupGuest.objects.exists()
    with pytest.raises(services.CannotDivide, match="changed meanwhile"):
        services.take_guest_out(guest_id=guest.pk, by=cast.tess, at=NOW)


@pytest.mark.parametrize("who", ["olu", "lin", "pat", "out"])
def test_nobody_but_who_leads_the_run_adds_or_takes_out(cast, who):
    run = run_of(cast)
    guest = GroupGuestFactory(group=group(run), added_by=cast.tess)

    with pytest.raises(services.CannotDivide):
        add(cast, run, by=getattr(cast, who), name="Another")
    with pytest.raises(services.CannotDivide):
        services.take_guest_out(guest_id=guest.pk, by=getattr(cast, who), at=NOW)
    assert GroupGuest.objects.count() == 1


def test_a_guest_is_of_a_group_of_this_run_and_comes_late_but_is_not_taken_out_after_the_start(cast):
    run, other = run_of(cast, state="RUNNING", started_at=NOW), run_of(cast)

    late = add(cast, run)

    with pytest.raises(services.CannotDivide, match="another run"):
        services.add_guest(
            run_id=run.pk, name="A", agency_name="B", group=group(other), plays="HEALTH", by=cast.tess, at=NOW
        )
    with pytest.raises(services.CannotDivide):
        services.take_guest_out(guest_id=late.pk, by=cast.tess, at=NOW)


def test_guests_stay_when_groups_are_drawn_again(cast):
    run = run_of(cast)
    for name in ("A", "B", "C"):
        add(cast, run, name=name)

    services.divide(run_id=run.pk, people=[cast.olu, cast.mina, cast.lin], groups=2, by=cast.tess, at=NOW)

    placed = GroupGuest.objects.order_by("name").values_list("name", "group__name")
    assert list(placed) == [("A", "Group A"), ("B", "Group B"), ("C", "Group A")]


def test_a_group_of_guests_alone_does_not_start(cast):
    run = run_of(cast, groups=[[cast.olu], []])
    add(cast, run, letter="B")

    with pytest.raises(services.CannotMoveRun, match="Put somebody into each group"):
        services.start(run_id=run.pk, by=cast.tess, at=NOW)


def test_hours_are_logged_for_members_and_of_guests_it_is_noted_who_was_there(cast):
    run = run_of(cast, state="DEBRIEF", started_at=NOW, released=2)
    came, stayed_away = (GroupGuestFactory(group=group(run), name=name, added_by=cast.tess) for name in ("A", "B"))
    olu = run.members.get(person=cast.olu)

    services.end_run(run_id=run.pk, took_part=[olu.pk, came.pk], hours=Decimal("1.5"), by=cast.tess, at=NOW)

    came.refresh_from_db()
    stayed_away.refresh_from_db()
    assert (came.took_part, stayed_away.took_part) == (True, False)
    assert list(CpdEntry.objects.values_list("person", flat=True)) == [cast.olu.pk]


def test_on_an_attachment_day_it_is_asked_of_guests_alone_who_was_there(client: CarefulClient, cast):
    run = run_of(cast, state="DEBRIEF", started_at=NOW, released=2, session=attachment_day(cast))
    came, stayed_away = (GroupGuestFactory(group=group(run), name=name, added_by=cast.tess) for name in ("A", "B"))
    client.force_login(cast.tess)
    address = reverse("training:run_end", args=[run.pk])

    form = client.get(address).context["form"]
    client.post(address, {"took_part": [str(came.pk)]})

    assert list(form.fields) == ["took_part"]
    assert [pk for pk, _ in form.fields["took_part"].choices] == [str(came.pk), str(stayed_away.pk)]
    took_part = run.guests.order_by("name").values_list("took_part", flat=True)
    assert list(took_part) == [True, False]
    assert set(run.members.values_list("took_part", flat=True)) == {None}
    assert not CpdEntry.objects.exists()


def test_the_database_keeps_a_guest_once_with_name_and_agency(cast):
    run = run_of(cast)
    GroupGuestFactory(group=group(run), added_by=cast.tess)

    for fields, constraint in (({}, "once_in_a_run"), ({"name": ""}, "has_name"), ({"agency_name": ""}, "has_name")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            GroupGuestFactory(**{"group": group(run), "added_by": cast.tess} | fields)


def test_guests_stand_on_the_pages_of_run_and_group_and_errors_beside_their_field(client: CarefulClient, cast):
    run = run_of(cast)
    add(cast, run)
    client.force_login(cast.tess)
    address = reverse("training:run_guest_new", args=[run.pk])
    again = {"name": "H. Fictitious", "agency_name": "Testham Housing (fictitious)", "plays": "HOUSING"}

    page = client.get(run.get_absolute_url())
    refused = client.post(address, again | {"group": str(group(run).pk)})
    client.force_login(cast.olu)
    table = client.get(group(run).get_absolute_url())

    assert "H. Fictitious, Testham Housing (fictitious) (guest) plays housing" in text_of(page)
    assert "H. Fictitious, Testham Housing (fictitious) (guest) plays housing" in text_of(table)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["name"])
