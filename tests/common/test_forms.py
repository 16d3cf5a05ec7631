"""What every form of ours says in its error summary."""

from common.forms import GovukDateField, GovukForm


class Days(GovukForm):
    starts_on = GovukDateField(label="First day")
    ends_on = GovukDateField(label="Last day")


def days(first: str, last: str) -> dict[str, str]:
    return {
        f"{name}_{part}": value
        for name, day in (("starts_on", first), ("ends_on", last))
        for part, value in enumerate(day.split())
    }


def test_the_same_words_of_two_fields_name_theirs_in_the_summary_and_not_beside_them() -> None:
    form = Days(days("31 2 2026", "30 2 2026"))

    assert [fault["message"] for fault in form.faults] == [
        "First day: Enter a real date, for example 27 3 2026",
        "Last day: Enter a real date, for example 27 3 2026",
    ]
    assert form.errors["ends_on"] == ["Enter a real date, for example 27 3 2026"]


def test_words_that_stand_once_stand_as_they_are() -> None:
    form = Days(days("31 2 2026", "28 2 2026"))

    assert [fault["message"] for fault in form.faults] == ["Enter a real date, for example 27 3 2026"]
