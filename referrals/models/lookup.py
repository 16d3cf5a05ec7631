"""What is derived from referrals so that people and words are found: never written by hand, and made again at any time."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from accounts.models import Agency
from referrals.models.people import Person
from referrals.models.referral import Referral
from referrals.models.share import Share
from referrals.models.snapshot import ShareSnapshot


class PersonKeys(models.Model):
    """Under which a person of a submitted referral is found: by likeness (`keys`), by name and birth (`sounds`), by words.

    Written by services.remember_people in the transaction that submits or amends.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="lookup")
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="+")
    names = models.CharField(max_length=400, blank=True)
    address = models.CharField(max_length=400, blank=True)
    sounds = ArrayField(models.CharField(max_length=90), default=list, blank=True)
    keys = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # Of the code that made the keys (likeness.KEYS_VERSION); 1 is what there was before versions were written down.
    version = models.PositiveSmallIntegerField(db_default=1)

    class Meta:
        verbose_name_plural = "people's keys"
        indexes = [
            GinIndex(fields=["keys"], name="person_by_keys"),
            GinIndex(OpClass("names", name="gin_trgm_ops"), name="person_by_similar_names"),
            models.Index(fields=["address"], name="person_by_address", condition=~Q(address="")),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class ReferralWords(models.Model):
    """The words of one submitted referral, for full-text search; kept by triggers, whoever changes what they are made of.

    Narratives are stemmed as English (weight D), people's names (A) and addresses (B) are not; PersonKeys.sounds stand
    among them without a place.
    """

    referral = models.OneToOneField(Referral, on_delete=models.CASCADE, primary_key=True, related_name="words")
    words = SearchVectorField()

    class Meta:
        verbose_name_plural = "words of referrals"
        indexes = [GinIndex(fields=["words"], name="referral_by_words")]

    def __str__(self) -> str:
        return str(self.referral_id)


class FamilySound(models.Model):
    """A family name of somebody in a submitted referral, by sound, in the order of submission: the newest of one name without the others.

    Kept by a trigger on ReferralWords, from PersonKeys.sounds.
    """

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="+", db_index=False)
    sound = models.CharField(max_length=90)
    submitted_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "sounds of family names"
        constraints = [models.UniqueConstraint(fields=["referral", "sound"], name="family_sound_once")]
        indexes = [models.Index(fields=["sound", "-submitted_at", "-referral"], name="family_sound_newest_first")]

    def __str__(self) -> str:
        return self.sound


class ShareWords(models.Model):
    """The words of the copy that an agency reads now, for its own search; there is none of a sharing that ended.

    Kept by triggers on copies and shares. Every text of the copy is stemmed as English (weight D), its people's names (A) are
    not; a mark of the agency stands among them, so that the index finds a word of one agency without those of all others.
    """

    share = models.OneToOneField(Share, on_delete=models.CASCADE, primary_key=True, related_name="words")
    snapshot = models.OneToOneField(ShareSnapshot, on_delete=models.CASCADE, related_name="+")
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+", db_index=False)
    words = SearchVectorField()

    class Meta:
        verbose_name_plural = "words of shares"
        indexes = [GinIndex(fields=["words"], name="share_by_words")]

    def __str__(self) -> str:
        return str(self.share_id)
