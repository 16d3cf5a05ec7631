"""The exercise about neglect of two children that comes with the demo: opening, ten sheets, and what is expected on each.

Written for this service. Nobody in it is real; names and places are those of `words`, which nobody has.
"""

from typing import NamedTuple

from training.enums import GroupChoice as Choice
from training.enums import InjectSource as Source
from training.enums import JudgedRisk as Risk
from training.enums import MeetingRole as Role

TITLE = "Two children in Marmalade Terrace"
MINUTES = 90
AIMS = """\
See neglect as something that adds up over months and not as one bad visit.
Ask the second question: who else lives here, who has seen the children, and what does each child say.
Say what one agency knows in a way that another can use, and write down why you decide as you do.
Hold a strategy meeting that ends with who does what by when."""
OPENING = """\
Everybody in this exercise is invented, and so is every place.

You are a group of people from several agencies in one room. Each of you plays one of them. For an hour and a quarter you get
sheets, one at a time. Whoever is named on a sheet reads it aloud; where nobody plays them, the chair does. Then decide together what you do first, how you see the risk
to the children, and why; one of you writes it down. You may change your mind when you know more: what you thought before stays.

The family lives at 14 Marmalade Terrace, Brackenport, a rented house of two floors. Bethan Larksmere is 29. Daisy is 7 and
goes to Paper Close Primary School. Finlay is 2. Nobody else is on the tenancy.

It begins on a Thursday, a little before two in the morning."""
FOR_FACILITATOR = """\
Three or more groups of four to six. Print the sheets or let the groups read them here; do not do both.
Give the groups about seven minutes a sheet, and do not answer what the sheet does not say: ask whom they would ask.
Neglect may be close to home for somebody in the room. Say at the start that anybody may step out, and stay for a while after.
In the debrief ask each group first what it saw that the others did not."""


class SheetText(NamedTuple):
    """One sheet, as it goes into the database."""

    minute: int
    source: Source
    addressed_to: Role
    title: str
    text: str
    asks: str
    choices: tuple[Choice, ...]
    risk: Risk | None
    expected: str
    for_facilitator: str = ""


SHEETS: tuple[SheetText, ...] = (
    SheetText(
        5,
        Source.CALL,
        Role.POLICE,
        "Noise at night",
        """\
Thursday, 1:48am. A call to 101 that was passed on. The caller lives near and gives no name.

"It's number 14 again. Music since eleven, then a door, then a little one crying. It must have been an hour. It has stopped now,
that's why I ring. It isn't the first time."

Two officers are there at 2:20am. The house is dark and quiet. Nobody opens. They knock twice, look through the letter box, see
nothing, and are called to a collision.

The log is waiting for its result. It is proposed to close it as noise.""",
        "What do you want to know before this log is closed?",
        (Choice.ASK, Choice.VISIT),
        None,
        """\
A crying child who falls silent is not a noise complaint that has solved itself. Nobody has seen the child. A good group leaves the
log open, asks what is known of the address and who lives there, and has somebody go back in daylight and see the children.
It says that it cannot judge the risk yet, and what would let it.""",
        "If a group closes the log, let it. It will read sheet 2.",
    ),
    SheetText(
        12,
        Source.POLICE_SYSTEMS,
        Role.POLICE,
        "What the systems hold",
        """\
14 Marmalade Terrace, last nine months:

- March: loud music, closed on arrival.
- June: a parked car across a drive. "Door answered by a small girl, mother asleep." Closed as parking.
- August: a man shouting in the street. Gone on arrival. A woman at the window said that all was well.
- Today: noise, child crying.

At another address, three years ago: Bethan Larksmere, victim, assault by a partner, Dominic Rainbury. She did not support a
prosecution. One child was in the house, then aged four. No later entries for him in this area.

No PPN was ever sent from Marmalade Terrace. Each of the four calls went to another officer.""",
        "Four calls. What do they say together that none says alone?",
        (Choice.NOTICE, Choice.ASK, Choice.VISIT),
        Risk.SOME,
        """\
Together they say: a child who opens the door while her mother sleeps, a man who may be back, a woman who says that all is well, and
nobody who has put it side by side. A good group sends a PPN on the pattern, names each date in it, and asks whether Dominic
Rainbury comes to the house. It does not wait for a fifth call.""",
    ),
    SheetText(
        19,
        Source.SCHOOL,
        Role.EDUCATION,
        "A quiet girl in year 3",
        """\
From the safeguarding lead of Paper Close Primary School:

Daisy was there on 71 of the last 100 school days. Mondays are worst. She comes late and by herself, in the same jumper. She is never
rude. At lunch she eats fast and puts fruit into her sleeve; asked for whom, she said "Fin likes it squashed".

She falls asleep in the afternoon. Her teacher moved her next to the window.

We have rung Ms Larksmere six times since Easter. She always answers, always thanks us and always promises. She came to one
meeting, with flowers for the office. Attendance was better for a week.""",
        "What has changed for Daisy since Easter?",
        (Choice.ASK, Choice.NOTICE, Choice.RING),
        Risk.SOME,
        """\
Promises changed and Daisy's days did not. A good group names it: politeness is no evidence that a child is cared for. It hears a girl
of seven who feeds her brother, is hungry and has no sleep, and it asks for her own words, from somebody whom she trusts, without
her mother in the room. It asks who knows the brother: nobody has mentioned him yet.""",
    ),
    SheetText(
        26,
        Source.HEALTH_VISITOR,
        Role.HEALTH,
        "A weight that nobody took",
        """\
From the health visitor's notes on Finlay:

- Aged 14 months: weight along the middle line of the chart. Walks at the hand, three words.
- Aged 18 months: weight clearly below that line. Mother says that he is fussy. Plan: weigh again in four weeks.
- Three appointments at the clinic since. In each case: "did not attend".
- Two home visits. On the first nobody opened. On the second, in June, mother opened the door by a hand's width and said that he
  had just gone to sleep. The visitor left a leaflet.

He is 26 months now. Nobody of the health service has seen him for five months. The case is due to be handed over, since the visitor
leaves at the end of the month.""",
        "Who did not attend?",
        (Choice.RING, Choice.MEETING, Choice.VISIT),
        Risk.SIGNIFICANT,
        """\
A child of two cannot attend: he was not brought. A falling weight that was never measured again, and five months in which nobody saw
him, is the point at which worry becomes likely significant harm. A good group rings children's services today and does not
write to ask, sees that he is looked at this week by somebody who can weigh him, and holds the hand-over until then.""",
    ),
    SheetText(
        33,
        Source.OFFICER,
        Role.POLICE,
        "Inside, on Thursday afternoon",
        """\
An officer goes back at 3:40pm. Ms Larksmere opens. She is polite, in a coat, and says that the heating is broken and her sister is on
the way with shopping.

What the officer writes down: A smell of damp and of urine from the stairs on. Dog mess in the hall, dry. In the kitchen half a
carton of milk, beer, a jar of sauce. Finlay sits before the television in a coat; his nappy hangs to his knees. He does not look
round. Upstairs one room with a double mattress. In a cot a mattress without sheet or blanket. A back room is shut. "Only
junk," says Ms Larksmere.

Daisy is at school until 3:15pm, it is said. It is 3:40pm.

"I know it's a mess," says Ms Larksmere. "You can come back on Monday and you won't know it."
""",
        "What has the officer not seen?",
        (Choice.RING, Choice.MEETING),
        Risk.SIGNIFICANT,
        """\
The officer has not seen Daisy, the back room, any food that comes, or the sister. A good group rings children's services from the
doorstep and agrees who stays until when; it asks to see every room and where each child sleeps, looks at Finlay rather than at
the kitchen, and finds out where Daisy is. Cooperation is welcome and proves nothing. Police protection is for a child who would
come to significant harm before anything else can be done: think of it aloud, and say why it is not yet needed, or why it is.""",
        "Groups often argue about police protection here. Ask them what would have to be true.",
    ),
    SheetText(
        40,
        Source.NEIGHBOUR,
        Role.CHILDRENS_SERVICES,
        "Tea on Tuesdays",
        """\
Edith Rowanby, 74, at number 16, speaks with a social worker over the fence:

"They come to me for their tea on Tuesdays and Thursdays. It began with bread. She knocked, with the little one on her hip, and asked
for two slices, please, she'd bring them back. She's a lovely girl. She cuts his up.

On Fridays I hear her mum go out about six and come in after midnight. The light is on upstairs and I see Daisy at the
window. I've sat up. I've never rung you. You'd take them away and it would be me who did it.

It wasn't me who rang last night, either. I was asleep. I'm sorry."
""",
        "What does Mrs Rowanby know that no agency knows?",
        (Choice.RING, Choice.MEETING),
        Risk.SIGNIFICANT,
        """\
That two children of seven and two are alone for six hours on Fridays, since when, and that a child of seven asks for food. A good group
writes down her dates and her words, tells her what will happen with them, and thanks her: she is the one adult who has fed them,
and may be part of a plan. It asks for her reason not to ring, since others will have it too. It sees that tomorrow is Friday.""",
    ),
    SheetText(
        47,
        Source.FAMILY,
        Role.CHILDRENS_SERVICES,
        "In her own words",
        """\
Bethan Larksmere, at her kitchen table, to the social worker:

"I'm doing my best. I lost the laundry job in spring. I don't sleep, I lie there. Since Fin I've not been right and I never said.
I get up at noon some days, I know Daisy's gone by then, she's so good.

Dom comes on Fridays. It isn't like before. He holds the card because I'm no good with money, and he gives me what we need. When
it isn't there I do a shift at the bar he knows, that's Fridays. He says if I make a fuss they'll take the kids, so.

I have never hit them. Please write that I have never hit them."
""",
        "What does she need, and what do the children need? Are these the same?",
        (Choice.MEETING, Choice.RING, Choice.ASK),
        Risk.SIGNIFICANT,
        """\
She needs to be safe from a man who holds her money and her silence, and to be treated for what may be depression since a birth. The
children need food, warmth, sleep and an adult on Friday, before any of this works. A good group holds both: an explanation is no
protection. It hears control in "he holds the card", speaks with her again alone and never with Dominic Rainbury near, and does
not make her the only one who has to keep the children safe from him.""",
        "Watch for groups that now look at the mother alone. The children are in two sentences of hers.",
    ),
    SheetText(
        54,
        Source.HEALTH,
        Role.HEALTH,
        "A letter to an old address",
        """\
From a dental practice, asked by the school nurse:

Daisy was seen eleven months ago with pain. Four teeth were badly decayed. She was referred to the hospital to have them taken out
under anaesthetic. She was not brought, twice. After the second time she was taken off the list, and the practice was told by
letter; the parents were told by letter, too.

Both letters to the family went to the address of three years ago.

The receptionist remembers her: "She asked whether the stuff you buy for babies' gums is good for big girls, too."
""",
        "Who has failed Daisy here, and what do you do about it today?",
        (Choice.RING, Choice.MEETING, Choice.ASK),
        Risk.SIGNIFICANT,
        """\
A child who has had toothache for eleven months is a child whose health care is neglected, and part of it is ours: letters went to a
house where nobody lived, and a child was taken off a list without anybody ringing. A good group says both, gets her seen
for her pain this week rather than blaming, and corrects the address everywhere. It adds pain to hunger and sleep in how Daisy's
day is described.""",
    ),
    SheetText(
        62,
        Source.HOUSING,
        Role.HOUSING,
        "The back room",
        """\
From the file of the housing officer:

- April: tenant reports damp in the back bedroom. Notice to the landlord's contractor.
- May to August: contractor came five times. No access four times.
- 2 September: let in by "a girl of about seven, very helpful". Note of the contractor: "Back bedroom wet through, mould to shoulder
  height, do not use. Kid's drawings on wall. There is a bolt on the OUTSIDE of the door, low down. Told girl to tell mum we
  need two days."
- Rent: eleven weeks behind. Hearing about the tenancy in three weeks.

Nobody passed the note on. It was filed under repairs.""",
        "What is the bolt for?",
        (Choice.VISIT, Choice.RING, Choice.MEETING),
        Risk.NOW,
        """\
Nobody knows, and that is why somebody goes and looks today. A bolt outside, at the height of a child, on the door of a room with a child's
drawings, may mean that a child is shut in a wet, mouldy room, perhaps by her sister to keep him safe, perhaps by somebody
else. A good group moves the risk to now, connects the bolt with Fridays, and sees the room before any meeting begins. It
asks housing to stop the hearing from adding homelessness to neglect.""",
    ),
    SheetText(
        70,
        Source.CHILD,
        Role.EDUCATION,
        "What Daisy says",
        """\
Friday, 1:50pm. Daisy stays behind after reading, and says to the teaching assistant whom she likes, while tidying:

"When Mum's at work I put Fin in the back room and do the bolt, so he can't fall down the stairs, and I put the chair at our door so
the man can't come in. Fin cries and I give him water in the bottle because the milk's gone. Then I count to a thousand.
I'm not meant to say. Is it Friday?"

The assistant said: "Thank you for telling me. It is Friday." She wrote it down at once, word for word, and came to you.

School ends at 3:15pm. Ms Larksmere goes out at about six.""",
        "It is ten to two. What is different by a quarter past three, and what by six?",
        (Choice.MEETING, Choice.PROTECT),
        Risk.NOW,
        """\
A strategy meeting now, by telephone if need be, with children's services, police, school and health; not on Monday. Before a quarter past
three it is clear who meets Daisy at school, who is with Finlay, and where both sleep tonight; before six nobody relies on a
promise. If no safe adult can be agreed with their mother in that time, police protection is what it is for. A good group keeps
Daisy's words as she said them, asks her nothing more than is needed, tells her what happens next, and sees who "the man" is.
It says aloud that a girl of seven has been doing the work of a parent, as well as she could.""",
        "Stop the clock after this sheet and begin the strategy meeting at once.",
    ),
)
