"""Forms in GOV.UK markup."""

from django.forms.renderers import TemplatesSetting


class GovukRenderer(TemplatesSetting):
    """Renders every form and field with the templates of this project."""
