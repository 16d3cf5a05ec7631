"""What somebody attaches to a referral."""

from django import forms

from common.forms import GovukForm


class AttachmentForm(GovukForm):
    """The file itself is looked at by the service, which tells what is wrong with it."""

    file = forms.FileField(
        label="Add a file",
        help_text="A PDF, a JPEG or a PNG. Pictures are kept without the place and the device that took them.",
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
        error_messages={"required": "Choose a file."},
    )
