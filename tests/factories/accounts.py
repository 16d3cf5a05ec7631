"""Agencies, teams and people."""

from datetime import date
from typing import Any

import factory
from django.contrib.auth.models import Group

from accounts.enums import AgencyKind, AreaKind
from accounts.models import Agency, Area, RoleGrant, Team, User

PASSWORD = "a fictitious pass phrase"


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Area

    kind = AreaKind.DISTRICT
    code = factory.Sequence(lambda n: f"X{n:08d}")
    name = factory.Sequence(lambda n: f"District {n}")


class AgencyFactory(factory.django.DjangoModelFactory):
    """An agency with its group; made without the service, so that the access log holds only what a test did."""

    class Meta:
        model = Agency

    name = factory.Sequence(lambda n: f"Fictitious Agency {n}")
    kind = AgencyKind.CHILDRENS_SERVICES

    @classmethod
    def _create(cls, model_class: type[Agency], *args: Any, **kwargs: Any) -> Agency:
        group = Group.objects.create(name=f"Agency: {kwargs['name']}"[:150])
        return super()._create(model_class, *args, group=group, **kwargs)


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    agency = factory.SubFactory(AgencyFactory)
    name = factory.Sequence(lambda n: f"Team {n}")
    district = factory.SubFactory(AreaFactory)


class UserFactory(factory.django.DjangoModelFactory):
    """`UserFactory(agency=…, roles=["TRAINER"])`: a person placed in an agency, holding roles since 2020."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Fictitious Person {n}")
    agency = factory.SubFactory(AgencyFactory)

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        agency, team, roles = kwargs.pop("agency"), kwargs.pop("team", None), kwargs.pop("roles", ())
        user = User.objects.create_user(password=PASSWORD, agency=agency, team=team, **kwargs)
        user.groups.set([agency.group] if agency else [])
        for role in roles:
            RoleGrant.objects.create(user=user, role=role, starts_on=date(2020, 1, 1))
        return user
