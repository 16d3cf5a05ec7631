"""Whom the tests of the search look for, and how."""

from datetime import date

from django.urls import reverse

from referrals import queries

ERIN = {"given_names": "Erin", "family_name": "Thistlewood", "date_of_birth": date(2010, 3, 5)}
ERIN |= {"address": "12 Imaginary Road, Testham"}


def found(user, **terms):
    return queries.search(user, terms).page().items


def results(client, **typed):
    """The page that the form leads to."""
    return client.post(reverse("referrals:search"), typed, follow=True)
