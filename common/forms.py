"""Forms in GOV.UK markup: a renderer, base classes, and dates in three parts. Templates are in templates/django/forms."""

import uuid
from collections import Counter
from copy import copy
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.forms.widgets import Input
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.errors import DomainError, KeyWasUsed
from common.faults import note_fault
from common.inputs import WRITTEN

LONDON = ZoneInfo("Europe/London")

INPUT_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.Select, "govuk-select"),
    (forms.TextInput, "govuk-input"),
    (forms.PasswordInput, "govuk-input"),
    (Input, "govuk-input"),
]
OWN_MARKUP = (
    forms.RadioSelect,
    forms.CheckboxSelectMultiple,
    forms.CheckboxInput,
    forms.MultiWidget,
    forms.HiddenInput,
)


class GovukRenderer(TemplatesSetting):
    """Renders every form and field with the templates of this project, and plain inputs without one."""

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        write = WRITTEN.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)


class GovukMixin:
    """What makes a form one of ours: no validation by the browser, GOV.UK classes, ids without a colon.

    `page_heading_field` names the field whose label is the page's h1 (one question a page). Where every question may be
    left open for now, as in a draft or a filter, `marks_optional = False` spares the reader the word "optional".
    """

    use_required_attribute = False
    page_heading_field = ""
    marks_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            dress(field)
            field.is_page_heading = name == self.page_heading_field
            field.is_optional = self.marks_optional and not field.required

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django does; that this form is at fault is noted for whoever counts."""
        super().add_error(field, error)  # type: ignore[misc]
        note_fault(self)

    @property
    def faults(self) -> list[dict[str, str]]:
        """For the error summary: each message with the id of the input it belongs to. The same words of several fields name theirs."""
        said = Counter(message for bound in self for message in bound.errors)  # type: ignore[attr-defined]
        found = [{"message": message, "target": ""} for message in self.non_field_errors()]  # type: ignore[attr-defined]
        for bound in self:  # type: ignore[attr-defined]
            for message in bound.errors:
                words = f"{bound.label}: {message}" if said[message] > 1 and bound.label else message
                found.append({"message": words, "target": first_id(bound)})
        return found


class QuickSelect(forms.Select):
    """A select that writes its options itself. Pages with many filters have eighty of them: through a template for each they
    cost more than the rows that they filter. For choices without groups.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """As Django's own template has it."""
        chosen = self.format_value(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, SafeString(" selected") if str(key) in chosen else "", label) for key, label in self.choices),
        )
        return format_html(
            '<select name="{}"{}>\n{}\n</select>', name, flatatt(self.build_attrs(self.attrs, attrs)), options
        )


class GovukForm(GovukMixin, forms.Form):
    """A form that stands by itself."""


class OnceForm(GovukForm):
    """A form that is made with a key, so that sending it twice does what it asks for once."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())

    def refused(self, error: DomainError) -> None:
        """Say on the page what was refused; where the key was used, with a new one, so that sending it again is something new."""
        self.add_error(None, str(error))
        if isinstance(error, KeyWasUsed):
            data: Any = copy(self.data)
            data[self.add_prefix("key")] = str(uuid.uuid4())
            self.data = data


class GovukModelForm(GovukMixin, forms.ModelForm):
    """A form of a model."""


def dress(field: forms.Field) -> None:
    """Give a field's widget its GOV.UK class, keeping classes that it has; the browser does not cut off what is too long.

    A browser that knows the longest length drops the rest of what is pasted without a word. The form says so instead.
    """
    widget = field.widget
    widget.attrs.pop("maxlength", None)
    if isinstance(widget, OWN_MARKUP):
        return
    for kind, name in INPUT_CLASSES:
        if isinstance(widget, kind):
            classes = widget.attrs.get("class", "").split()
            if name not in classes:
                widget.attrs["class"] = " ".join([name, *classes])
            return


def first_id(bound: forms.BoundField) -> str:
    """The id of the input that an error should lead to: the first of a group."""
    return id_of_first_input(bound.field, str(bound.auto_id))


def id_of_first_input(field: forms.Field, auto_id: str) -> str:
    """The id of a field's first input on the page that asks it under `auto_id`."""
    is_group = isinstance(field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.MultiWidget)
    return f"{auto_id}_0" if is_group else auto_id


class WordCountTextarea(forms.Textarea):
    """A text area that says how many words are left; without scripts, how many there may be."""

    def __init__(self, *, rows: int, words: int) -> None:
        super().__init__({"rows": rows, "spellcheck": "true", "class": "govuk-js-character-count"})
        self.words = words


def part_input(width: int, *, is_number: bool) -> forms.TextInput:
    """The input of one part of a date, as wide as its characters."""
    attributes = {"class": f"govuk-input govuk-date-input__input govuk-input--width-{width}"}
    return forms.TextInput(attributes | ({"inputmode": "numeric"} if is_number else {}))


class DatePartsWidget(forms.MultiWidget):
    """Day, month and year in three inputs, as GOV.UK asks for dates that people know."""

    template_name = "django/forms/widgets/date_parts.html"
    parts: tuple[str, ...] = ("Day", "Month", "Year")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([part_input(width, is_number=width < 5) for width in (2, 2, 4, 5)[: len(self.parts)]], attrs)

    def decompress(self, value: date | datetime | None) -> list[Any]:
        if value is None:
            return [None, None, None]
        if isinstance(value, datetime) and timezone.is_aware(value):
            value = value.astimezone(LONDON)
        return [value.day, value.month, value.year]


class GovukDateField(forms.MultiValueField):
    """A date in three parts. Says which part is missing, and what a real date looks like."""

    widget = DatePartsWidget
    default_error_messages = {
        "required": "Enter a date",
        "invalid_date": "Enter a real date, for example 27 3 2026",
    }

    def __init__(self, **kwargs: Any) -> None:
        parts = [forms.CharField(required=False) for _ in range(3)]
        kwargs.setdefault("require_all_fields", False)
        super().__init__(parts, **kwargs)

    def clean(self, value: Any) -> date | None:
        parts = [str(part or "").strip() for part in (value or ["", "", ""])]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        missing = [name.lower() for name, part in zip(DatePartsWidget.parts, parts, strict=True) if not part]
        if missing:
            raise ValidationError(f"The date must include a {' and a '.join(missing)}", code="incomplete")
        try:
            day, month, year = (int(part) for part in parts)
            if not 1900 <= year <= 2100:
                raise ValueError
            return date(year, month, day)
        except ValueError:
            raise ValidationError(self.error_messages["invalid_date"], code="invalid_date") from None


class MomentPartsWidget(DatePartsWidget):
    """Day, month, year and a time of day."""

    parts = ("Day", "Month", "Year", "Time")

    def decompress(self, value: date | datetime | None) -> list[Any]:
        if not isinstance(value, datetime):
            return [None, None, None, None]
        local = value.astimezone(LONDON)
        return [local.day, local.month, local.year, f"{local:%H:%M}"]


class GovukMomentField(forms.MultiValueField):
    """A date and a time of day on the clock in London; cleans to an aware datetime in UTC."""

    widget = MomentPartsWidget
    default_error_messages = {
        "required": "Enter a date and a time",
        "invalid_time": "Enter a time like 14:30",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("require_all_fields", False)
        super().__init__([forms.CharField(required=False) for _ in range(4)], **kwargs)

    def clean(self, value: Any) -> datetime | None:
        parts = [str(part or "").strip() for part in (value or ["", "", "", ""])]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        day = GovukDateField(required=True).clean(parts[:3])
        try:
            time = datetime.strptime(parts[3].replace(".", ":"), "%H:%M").time()  # noqa: DTZ007 -- joined to London's day below
        except ValueError:
            raise ValidationError(self.error_messages["invalid_time"], code="invalid_time") from None
        return datetime.combine(day, time, tzinfo=LONDON).astimezone(ZoneInfo("UTC")) if day else None
