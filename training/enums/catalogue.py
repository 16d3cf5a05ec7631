"""What is taught and how: deliveries, themes of learning and the courses that help with them."""

from django.db.models import TextChoices


class Delivery(TextChoices):
    FACE_TO_FACE = "FACE_TO_FACE", "Face to face"
    VIRTUAL = "VIRTUAL", "Virtual classroom"
    E_LEARNING = "E_LEARNING", "E-learning"
    WEBINAR = "WEBINAR", "Webinar"
    MENTORING = "MENTORING", "Mentoring"
    VIDEO = "VIDEO", "Video"
    EXERCISE = "EXERCISE", "Exercise"


class ToolkitAudience(TextChoices):
    PROFESSIONALS = "PROFESSIONALS", "Professionals"
    PARENTS = "PARENTS", "Parents and carers"


class LearningTheme(TextChoices):
    """What somebody who writes referrals may want to get better at. Whoever asks for training names one of these, and no grade."""

    TIMELY = "TIMELY", "Timely"
    CONCERN = "CONCERN", "The concern is clear"
    LIVED_EXPERIENCE = "LIVED_EXPERIENCE", "Lived experience"
    VOICE = "VOICE", "Voice: the child's words, the adult's wishes"
    NEEDS_AND_HARM = "NEEDS_AND_HARM", "Needs and harm"
    IDENTITY = "IDENTITY", "Identity and communication"
    CURIOSITY = "CURIOSITY", "Household, history and curiosity"
    RISK = "RISK", "Risk and the reasons for it"
    SHARING = "SHARING", "Lawful and fair sharing"
    ACTION = "ACTION", "Action taken and what is asked"


# Courses of the catalogue by theme, by any of their spellings. What has left the catalogue is not suggested; modules of a force's
# own programme say themselves what they help with.
COURSES_FOR: dict[LearningTheme, tuple[str, ...]] = {
    LearningTheme.TIMELY: ("Record Keeping",),
    LearningTheme.CONCERN: ("Record Keeping", "An Introduction to Child Safeguarding Practice Reviews"),
    LearningTheme.LIVED_EXPERIENCE: (
        "Practical Session on the Day in the Life Tool",
        "Protecting Childhood: Keeping Child Focused",
    ),
    LearningTheme.VOICE: (
        "Protecting Childhood: Keeping Child Focused",
        "Speaking to Children About Child Sexual Abuse",
        "An Introduction to Having Honest Conversations",
    ),
    LearningTheme.NEEDS_AND_HARM: (
        "Understanding Cumulative Harm and Preventing the Normalisation of Neglect",
        "Understanding, Identifying and Responding to Neglect",
    ),
    LearningTheme.IDENTITY: (
        "Recognising and Responding to victims/survivors of domestic abuse from Diverse Ethnic and Cultural Backgrounds",
        "Safeguarding Disabled Children (including children with a Learning Disability)",
    ),
    LearningTheme.CURIOSITY: (
        "Unpacking Disguised Compliance - The Importance of Professional Curiosity",
        "Understanding Unidentified Adults",
    ),
    LearningTheme.RISK: (
        "Analysis of Risk",
        "Domestic Abuse: Understanding and Assessing Risk and Supporting Safety Planning",
    ),
    LearningTheme.SHARING: (
        "Information Sharing Advice for Safeguarding Practitioners",
        "Information Sharing Toolkit Tour",
    ),
    LearningTheme.ACTION: (
        "Working Together to Safeguard Children - A Multi-Agency Approach to Safeguarding",
        "MASH Workshop",
    ),
}


class Audience(TextChoices):
    """Whom a programme is for."""

    RECRUITS = "RECRUITS", "New recruits"
    PCSOS = "PCSOS", "PCSOs"
    INVESTIGATORS = "INVESTIGATORS", "Investigators"
    SPECIALS = "SPECIALS", "Special constables"
    TRANSFEREES = "TRANSFEREES", "Transferees"
    FRONTLINE = "FRONTLINE", "All frontline"
    SECOND_YEAR = "SECOND_YEAR", "Second-year officers"
