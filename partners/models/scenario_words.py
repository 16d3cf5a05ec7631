"""The two scenarios that come with the service: where somebody is sent to ask the police, though the agency could tell them itself.

Nobody in them is real. A trainer makes them the first version of their force, changed or as they are. Answers stand by their worth:
the first is worth 0, the last 4; each with why.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ScenarioWords:
    """One scenario as it is written: five answers, worth 0 to 4 in this order, and as many reasons."""

    title: str
    story: str
    question: str
    choices: tuple[str, ...]
    reasons: tuple[str, ...]


TO_BEGIN_WITH: tuple[ScenarioWords, ScenarioWords] = (
    ScenarioWords(
        title="The new partner",
        story=(
            "You are a health visitor. Dana, who has a baby of five months, tells you that she has met somebody: Corin moves in on "
            "Saturday. Last year you worked with another mother. Your notes say that Corin choked her twice, and that she left "
            "him for fear of her life. Dana says: he told me that his last girlfriend was a liar. She has not asked anything."
        ),
        question="What do you do first?",
        choices=(
            "Nothing yet. What I know belongs to another family's record, so I must not use it.",
            "Give Dana the link to Clare's Law and suggest that she asks the police about him.",
            "Apply under Clare's Law for Dana myself and wait for the police to answer.",
            "Ask my safeguarding lead at the next team meeting whether Dana may be told something.",
            "Speak to my safeguarding lead today, tell Dana what she needs to be safe, and refer to the hub.",
        ),
        reasons=(
            "What you know of a danger to her and her baby may be shared to protect them. Data protection law does not forbid it.",
            "She would have to do the work, and an answer can take four weeks. He moves in on Saturday, and you hold the information now.",
            "The police would look for what you hold already. Until they answer Dana knows nothing.",
            "The right people, but too late: he moves in on Saturday.",
            "You hold what she needs. Tell her no more than keeps her safe, by a plan that does not put the other mother at risk, "
            "write down why, and let the hub know. An application can follow; it does not take the place of telling her.",
        ),
    ),
    ScenarioWords(
        title="The football coach",
        story=(
            "You lead on safeguarding at a primary school. A grandmother says that Perrin, who helps at her grandson's football "
            "club, has begun to drive the boy home alone. She thinks there was something about him years ago. In your own file from "
            "another school stands that Perrin was dismissed there, after he sent messages to a pupil at night. The club is not "
            "yours. Training is tomorrow."
        ),
        question="What do you do first?",
        choices=(
            "Tell her that you cannot talk about other people.",
            "Tell her to apply under Sarah's Law, as that is what the scheme is for.",
            "Help her to fill in the application under Sarah's Law and look at it again in a week.",
            "Ring the club and ask what they know about him.",
            "Ring the hub today with what your file says, and agree with them who tells the family and the club before training.",
        ),
        reasons=(
            "She would leave with nothing, and the boy would be in the car tomorrow. You can act without telling her everything.",
            "She may apply, but you hold information of your own that nobody else may have. Sending her away with a form keeps it where it is.",
            "The application is kind and slow. What you hold has to reach who can act before training tomorrow.",
            "The club may need to know, but a call without a plan can warn him, and nobody looks at the risk to the boy.",
            "You pass on what you hold to who can act, today, and it is agreed who tells the family. The grandmother may still apply "
            "under Sarah's Law as well.",
        ),
    ),
)
