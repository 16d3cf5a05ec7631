"""Inputs that are written without a template are what Django's own templates make of them."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from common.forms import GovukRenderer

SPECIAL = """<b> & "two" 'lines'
here"""
WIDGETS = [
    forms.TextInput({"class": "govuk-input", "aria-describedby": 'a "b"', "disabled": True, "required": False}),
    forms.HiddenInput(),
    forms.EmailInput({"autocomplete": "email", "maxlength": 120}),
    forms.NumberInput({"min": 0}),
    forms.URLInput(),
    forms.PasswordInput(render_value=True),
    forms.Textarea({"rows": 2, "class": "govuk-textarea"}),
    forms.DateInput(),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", "0", "plain", SPECIAL, 0, 12345.5])
def test_an_input_is_as_djangos_own_template_has_it(widget, value):
    ours = widget.render("name", value, {"id": "id_name"}, renderer=GovukRenderer())

    assert ours == widget.render("name", value, {"id": "id_name"}, renderer=DjangoTemplates())
