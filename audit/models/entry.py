"""Entries of the access log and the links that chain them. They point at no other table, so they outlive what they describe."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib.postgres.indexes import BrinIndex, GinIndex, OpClass
from django.db import models

from audit.enums import DEEDS, Verb

# Of searches of referrals the log keeps a digest of each word, by which it is asked who searched for a name.
SEARCHED_REFERRALS = "referral.searched"

# What is hashed of an entry, in this order for ever: another order or one column more would break every chain there is.
CHAINED = (
    "id",
    "public_id",
    "at",
    "verb",
    "what",
    "actor_id",
    "actor_agency_id",
    "object_label",
    "object_id",
    "recipient_id",
    "reason",
    "details",
    "request_id",
)


class Entry(models.Model):
    """One thing that somebody did with a record: never changed, never deleted (held by a trigger in the database)."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=20, choices=Verb)
    what = models.CharField(max_length=60, help_text="The transition or page, for example referral.decided")
    actor_id = models.CharField(max_length=40, blank=True)
    actor_agency_id = models.CharField(max_length=40, blank=True)
    object_label = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    recipient_id = models.CharField(max_length=40, blank=True, help_text="The agency that something was disclosed to")
    reason = models.TextField(blank=True)
    details = models.JSONField(
        default=dict, blank=True, help_text="Names of fields, states and counts; never their contents"
    )
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["object_id", "-id"], name="entry_of_object"),
            models.Index(fields=["actor_id", "-id"], name="entry_of_actor"),
            models.Index(fields=["what", "-id"], name="entry_of_deed"),
            # Written almost in the order of time, so one line for many entries finds the days, and costs a write next to nothing.
            BrinIndex(fields=["at"], name="entry_by_day", pages_per_range=32, autosummarize=True),
            GinIndex(
                OpClass("details", name="jsonb_path_ops"),
                name="entry_by_digest",
                condition=models.Q(what=SEARCHED_REFERRALS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.what}"

    @property
    def deed(self) -> str:
        """What was done, in plain words; of a name that an older version gave its kind and the kind of record."""
        words = DEEDS.get(self.what)
        if words:
            return words
        kind = self.kind_of_record
        return f"{self.get_verb_display()}: {kind}" if kind else self.get_verb_display()

    @property
    def kind_of_record(self) -> str:
        """ "Referral" for "referrals.Referral"; a model that is no longer there is shown as it was written down."""
        if not self.object_label:
            return ""
        try:
            return str(apps.get_model(self.object_label)._meta.verbose_name).capitalize()
        except LookupError:
            return self.object_label

    def content(self) -> str:
        """The canonical text that is hashed into the chain."""
        return canonical([getattr(self, name) for name in CHAINED])


def canonical(values: Sequence[Any]) -> str:
    """The text of an entry with these values of CHAINED."""
    number, public_id, at, *others = values
    return json.dumps([number, str(public_id), at.isoformat(), *others], sort_keys=True, separators=(",", ":"))


class Unchained(models.Model):
    """An entry that no link holds yet. A trigger writes it with the entry, and chaining removes it.

    Without it each round would compare the whole log with the whole chain.
    """

    entry_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name_plural = "unchained"

    def __str__(self) -> str:
        return str(self.entry_id)


class Link(models.Model):
    """One link of the chain: the hash of an entry together with the hash of the link before it."""

    number = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number}: {self.hash[:12]}"

    @staticmethod
    def hash_of(previous: str, content: str) -> str:
        """SHA-256 over the previous link's hash and the entry's canonical text."""
        return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()
