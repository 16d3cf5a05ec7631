"""Sessions as Django keeps them in the database, read by a statement that is worked out once: every request of who is signed in asks."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from common.kept_sql import Given, KeptRow

OPEN = KeptRow(
    lambda: Session.objects.filter(session_key=Given("key", CharField()), expire_date__gt=Given("at", DateTimeField()))
)


class SessionStore(DatabaseStore):
    """What Django does, and nothing else."""

    def _get_session_from_db(self) -> Session | None:
        try:
            return OPEN.get(key=self.session_key, at=timezone.now())
        except Session.DoesNotExist:
            self._session_key = None
            return None
