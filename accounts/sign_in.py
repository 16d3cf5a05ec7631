"""How django-allauth behaves here: nobody signs up by themselves, people are invited."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedPeopleOnly(DefaultAccountAdapter):
    """Accounts are made by an administrator or by the force's own sign-in provider."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
