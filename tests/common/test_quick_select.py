"""A select that writes its own options writes what Django's template does."""

import pytest
from django import forms

from common.forms import QuickSelect

CHOICES = [("", "All"), (3, "High (2)"), ("a&b", 'Smith & "Sons" <x>')]


@pytest.mark.parametrize("value", [None, "", 3, "3", "a&b", "unknown"])
def test_it_is_the_same_as_the_select_of_django(value):
    attrs = {"class": "govuk-select", "data-x": 'q"', "id": "id_risk"}

    ours = QuickSelect(choices=CHOICES).render("risk", value, attrs=attrs)
    theirs = forms.Select(choices=CHOICES).render("risk", value, attrs=attrs)

    assert "".join(ours.split()) == "".join(theirs.split())
