"""Stories about adults."""

from accounts.enums import AgencyKind
from devtools.demo_data.stories import Story
from referrals.enums import ConcernType, IncidentKind, Pathway, PersonRole

DOMESTIC = Story(
    code="domestic",
    incident=IncidentKind.DOMESTIC,
    types=(ConcernType.DOMESTIC_ABUSE,),
    ages=(19, 74),
    other=PersonRole.EX_PARTNER,
    agencies=(AgencyKind.VOLUNTARY, AgencyKind.HOUSING, AgencyKind.ADULTS_SERVICES),
    pathways=(Pathway.INFORMATION, Pathway.MARAC, Pathway.CRIME_RECORDED, Pathway.ADULT_NON_STATUTORY),
    risk=(3, 4, 3),
    weight=14,
    child_linked=False,
    adult_needs=False,
    domestic_abuse=True,
    summaries=(
        "Argument between former partners over a car at {street}.",
        "Report of threats by an ex-partner, victim at {street}.",
        "Caller at {street} says that her partner will not let her leave.",
        "Verbal argument, no offences disclosed, {street}.",
    ),
    events=(
        "{name}, aged {age}, rang at {time} from a neighbour's phone: {other} had taken the keys of the flat in {street} and would not let anybody out.",
        "{other} came to {street} at {time} although they parted {weeks} weeks ago, put a foot in the door and told {name}, aged {age}, that it was not over.",
        "A colleague brought {name}, aged {age}, to the front counter: {other} had been outside the shop {n} days in a row.",
        "We attended {street} at {time} after a call that ended; {name}, aged {age}, had packed a bag and then unpacked it again when {other} came in.",
    ),
    details=(
        "{other} answers for {name} and corrected {his} account {n} times while we stood there.",
        "There is a tracker in {name}'s car that {he} found by chance.",
        "{name} has had the wages paid into {other}'s account since last year.",
        "There was a hole in the wall at the height of a head, covered by a calendar.",
        "{other} sent {n} hundred messages in one weekend, some kind and some not.",
        "{name} wore a scarf indoors and kept a hand on it.",
    ),
    days=(
        "{name} takes photographs of the shopping receipt so that every pound can be accounted for in the evening.",
        "{name} has given up the choir, then the sister, then the phone: each time there was a reason.",
        "The day is arranged around {other}'s mood, which is clear by the time the kettle boils.",
        "{name} drives home the long way and sits in the car until the light in the kitchen goes off.",
        "{name} asks permission to see {his} own doctor, and {other} comes along.",
    ),
    effects=(
        "{name} said {he} no longer knows which films {he} likes.",
        "Over {weeks} weeks {he} has lost weight and two shifts a week.",
        "What began with advice on clothes has become a life in which {name} decides nothing.",
    ),
    quotes=(
        "I just want one evening when I know what will happen.",
        "I do not want anybody in prison. I want my keys.",
        "It sounds so small when I say it out loud.",
        "I am more frightened of leaving than of staying, and I think that is the point.",
        "Tell me what you would do with the messages before I show you.",
    ),
    needs=(
        "A safe place for tonight and a phone that is {his} own.",
        "An adviser who explains the options and does not hurry {him}.",
        "Help to get wages and papers back.",
        "Locks changed by the landlord without a bill.",
    ),
    harms=(
        "Control has grown month by month; separation is recent, which is when danger is greatest.",
        "Likely harm is serious: threats, following and the hand at the throat together.",
        "The harm is the loss of a life of {his} own, and physical harm is suspected behind the scarf.",
    ),
    protective=(
        "A sister has moved closer and rings every evening.",
        "The employer has moved {him} to a site that {other} does not know.",
        "{name} kept every message.",
    ),
    actions=(
        "{other} was arrested and left the address; {name} was taken to a friend.",
        "A crime was recorded for the messages and the phone was copied with {name}'s agreement.",
        "We told {name} about the right to ask, and shared what {he} needs to know ourselves.",
        "The risk questions were done alone, with the radio turned down, over forty minutes.",
    ),
    requests=(
        "Please ring {name} at work before noon; do not leave a message.",
        "Please offer a refuge place outside the city and tell us when {he} has decided.",
        "Please look at changing the locks this week under the sanctuary scheme.",
        "Please say whether {other} is known to you from another address.",
    ),
    blame=(
        "{name} was hysterical and uncooperative, no disclosure.",
        "Six of one and half a dozen of the other.",
    ),
)

ALONE = Story(
    code="adult-at-risk",
    incident=IncidentKind.ADULT_CONCERN,
    types=(ConcernType.ADULT_AT_RISK,),
    ages=(58, 93),
    other=PersonRole.HOUSEHOLD,
    agencies=(AgencyKind.ADULTS_SERVICES, AgencyKind.FIRE, AgencyKind.GP),
    pathways=(Pathway.ADULT_NON_STATUTORY, Pathway.SECTION_42, Pathway.INFORMATION),
    risk=(5, 4, 1),
    weight=13,
    child_linked=False,
    adult_needs=True,
    domestic_abuse=False,
    summaries=(
        "Elderly resident of {street} not seen for {n} days.",
        "Bank reports a customer of {age} taking out large sums with a stranger.",
        "Person of {age} found walking at {time} in slippers.",
        "Smoke from {street}; resident of {age} had forgotten a pan.",
    ),
    events=(
        "A neighbour in {street} had not seen {name}, aged {age}, for {n} days; the door was on the latch and {he} was on the floor of the hall.",
        "The bank rang because {name}, aged {age}, came in for the {nth} time with a man who says that he is mending the roof.",
        "{name}, aged {age}, was found at {time} near {street} in slippers, on the way to a job that ended years ago.",
        "Firefighters asked for us at {street}: {name}, aged {age}, had forgotten a pan, and post and newspapers were stacked to the ceiling.",
    ),
    details=(
        "The fridge held {n} unopened ready meals, the oldest from spring.",
        "{name} could name the king but not the month, and thought that {other} was still at school.",
        "There were {n} invoices for the same gutter on the table.",
        "One path led through the rooms, the width of a shoulder; the alarm had no battery.",
        "{other} lives upstairs, has a key, and said twice that there was nothing for us to see.",
        "{name}'s legs were bandaged with tea towels.",
    ),
    days=(
        "{name} sits in the chair by the window from breakfast until the street lamps, and sleeps there too because the stairs have become too steep.",
        "The carer comes for twenty minutes at noon; that is the conversation of the day.",
        "{name} answers every call, because somebody might need {him}, and gives the card number when asked.",
        "{name} puts the coat on at seven in the morning and waits for a bus that no longer runs.",
        "The cat gets fed twice and {name} not at all on a bad day.",
    ),
    effects=(
        "Since the fall in spring {he} has not been out of the front door.",
        "The savings went from enough to almost nothing in {weeks} weeks.",
        "{name} is losing weight and pride in the same measure: {he} would not let us see the bathroom.",
    ),
    quotes=(
        "I will not go into a home. This is my home.",
        "He is a nice young man, he calls me by my name.",
        "I manage. I always managed.",
        "I would like somebody to have tea with. That is all.",
        "Do not tell my daughter, she has enough to do.",
    ),
    needs=(
        "Help with meals and washing that {he} can say yes to.",
        "A look at {his} memory by the practice.",
        "A smoke alarm and a clear way out.",
        "Somebody to go through the bills and talk with the bank.",
    ),
    harms=(
        "{He} has needs for care, cannot protect {himself} because of them, and is losing money to another: all three tests are met.",
        "A fire or a fall is likely within weeks.",
        "Self-neglect has reached the point at which {his} health is at risk.",
    ),
    protective=(
        "A neighbour looks in daily and has a key.",
        "The bank has put a stop on large payments.",
        "{name} accepted a visit by the fire service in our presence.",
    ),
    actions=(
        "An ambulance took {name} to hospital; the house is locked and the cat is with the neighbour.",
        "The trader was spoken to at the scene and his details were taken; a crime was recorded.",
        "We rang the daughter with {name}'s agreement, and stayed until she arrived.",
        "Alarm fitted by the crew tonight; a safe and well visit is booked.",
    ),
    requests=(
        "Please assess with {name} at home in the morning, when {he} is at {his} best.",
        "Please say whether {he} is known to you and who visits.",
        "Please consider an enquiry: {name} wants the money back and the man gone, and nothing else changed.",
        "Please ask the practice for a medication review.",
    ),
    blame=(
        "Usual confused elderly resident, refuses help so nothing more police can do.",
        "House is disgusting, lifestyle choice.",
    ),
)

MENTAL_HEALTH = Story(
    code="mental-health",
    incident=IncidentKind.MENTAL_HEALTH,
    types=(ConcernType.MENTAL_HEALTH, ConcernType.ADULT_AT_RISK),
    ages=(18, 66),
    other=PersonRole.PARTNER,
    agencies=(AgencyKind.MENTAL_HEALTH, AgencyKind.ADULTS_SERVICES, AgencyKind.GP),
    pathways=(Pathway.INFORMATION, Pathway.ADULT_NON_STATUTORY, Pathway.EXISTING_WORKER, Pathway.UNIVERSAL),
    risk=(3, 4, 3),
    weight=12,
    child_linked=False,
    adult_needs=True,
    domestic_abuse=False,
    summaries=(
        "Concern for the safety of a person of {age} at the harbour wall.",
        "Partner worried by messages, person of {age} at {street}.",
        "Caller says that people are listening through the walls at {street}.",
    ),
    events=(
        "{name}, aged {age}, was on the harbour wall at {time}; a dog walker had been talking with {him} for half an hour when we came.",
        "{other} rang because {name}, aged {age}, had sent messages that read like farewells and had left the house in {street} without a coat.",
        "{name}, aged {age}, rang us for the {nth} time in {weeks} weeks about voices in the walls of the flat in {street}.",
        "The crisis line asked us to go to {street}: {name}, aged {age}, had told them of a plan and then hung up.",
    ),
    details=(
        "{name} had written three letters and left them in order of size on the table.",
        "The medication had run out {weeks} weeks ago and the appointment letter lay unopened.",
        "{name} had not slept for {n} nights; the curtains were taped.",
        "{other} is tired, kind and frightened, and has hidden the knives.",
        "A young child's drawings are on the fridge; {name} has the child every other weekend.",
    ),
    days=(
        "{name} has not gone to work for {weeks} weeks and leaves the flat at night only, when nobody can look.",
        "Every day begins with checking the locks {n} times, and mostly goes on with it.",
        "{name} sits with the phone and writes messages to {other} that {he} deletes.",
        "Meals have stopped; there is tea, and sometimes toast.",
    ),
    effects=(
        "Since the job ended {he} has lost friends, sleep and the habit of answering the door.",
        "{other} says that the person they know comes back for an hour on a good day.",
        "Each crisis has been nearer to the water than the one before.",
    ),
    quotes=(
        "I do not want to die. I want it to be quiet.",
        "I am fine as long as nobody asks me how I am.",
        "Can you stay until it is light?",
        "I was supposed to be somebody people could rely on.",
        "They changed my worker again and I have to start from the beginning.",
    ),
    needs=(
        "To be seen by somebody who can prescribe, this week and not by letter.",
        "One name and number for bad nights.",
        "A plan for {other}, who carries this alone.",
        "A thought for the child at the weekends.",
    ),
    harms=(
        "There is intent, a plan and a place: serious harm could happen at any time.",
        "Without treatment {he} is likely to become worse within weeks.",
        "No intent now, but the reasons not to are getting fewer, in {his} own words.",
    ),
    protective=(
        "{name} rings before things go too far and did so tonight.",
        "{other} and a brother take turns to be there.",
        "{He} has come through this once before, with a day centre that {he} liked.",
    ),
    actions=(
        "We used section 136 at {time} after asking the mental health line; a place was found within the hour.",
        "{name} came with us to the crisis café and was handed over to a nurse by name.",
        "{other} took {him} home with a safety plan that all three of us wrote.",
        "We asked who has the child this weekend, and it is the mother.",
    ),
    requests=(
        "Please see {name} within a day and tell us who {his} worker is.",
        "Please tell us what to do if {he} rings again at night: {he} has agreed that you may.",
        "Please offer {other} a carer's assessment.",
        "Please review the medication with the practice; the letters do not get opened.",
    ),
    blame=(
        "Regular caller, attention seeking, has capacity.",
        "{name} was uncooperative and had been drinking again.",
    ),
)

STALKING = Story(
    code="stalking",
    incident=IncidentKind.VIOLENCE,
    types=(ConcernType.STALKING_HARASSMENT, ConcernType.DOMESTIC_ABUSE),
    ages=(18, 60),
    other=PersonRole.SOURCE_OF_HARM,
    agencies=(AgencyKind.VOLUNTARY, AgencyKind.PROBATION, AgencyKind.HOUSING),
    pathways=(Pathway.MARAC, Pathway.CRIME_RECORDED, Pathway.INFORMATION),
    risk=(1, 4, 4),
    weight=6,
    child_linked=False,
    adult_needs=False,
    domestic_abuse=True,
    summaries=(
        "Repeated unwanted contact reported by a person of {age} at {street}.",
        "Victim reports being followed to work {n} days running.",
    ),
    events=(
        "{name}, aged {age}, found flowers from {other} inside the locked porch in {street}, {weeks} weeks after asking {other} never to write again.",
        "{other} has joined {name}'s gym, bus and book group in {weeks} weeks; today at {time} {other} was in the queue behind {him}.",
        "{name}, aged {age}, came with a folder of {n} pages: every day on which {other} stood across the road in {street}.",
    ),
    details=(
        "{other} rang the employer under another name to ask about {name}'s holidays.",
        "The messages know what {name} had for dinner.",
        "Accounts in other names follow each of {name}'s friends; {n} were closed and came back.",
        "A photograph of {name} asleep was pushed through the door.",
    ),
    days=(
        "{name} leaves by the back and takes a different bus each morning, and is still met.",
        "{name} has told nobody at work and eats lunch in the store room.",
        "The curtains stay shut; {name} knows the sound of one particular engine.",
    ),
    effects=(
        "{He} has moved once, changed numbers {n} times, and been found each time.",
        "{name} is exhausted from being believed by nobody, and started the diary for that reason.",
    ),
    quotes=(
        "Each thing is nothing. All of it together is my whole life.",
        "I am afraid of presents.",
        "I know that he will not stop, because he told me kindly.",
        "Please write down that I said no. I said it in June.",
    ),
    needs=(
        "An advocate who knows stalking, not a leaflet.",
        "A plan for work and the way there.",
        "A check of the phone and the car by somebody who knows how.",
    ),
    harms=(
        "Fixated, obsessive, unwanted, repeated: all four are there, and it is coming closer to the bedroom.",
        "Serious harm is likely if {other} feels finally refused.",
    ),
    protective=(
        "Two neighbours keep watch and write down numbers.",
        "{name}'s manager has agreed to a taxi after late shifts.",
    ),
    actions=(
        "{other} was arrested; an order was asked for with conditions for street, work and online.",
        "The porch lock and the window were made safe at {time}; the phone was checked.",
        "The screening questions were asked and {n} answered yes.",
    ),
    requests=(
        "Please take {name} on this week and tell us the advocate's name.",
        "Please share what you know of {other}'s earlier relationships.",
        "Please consider a move to another authority, if {name} wants it.",
    ),
    blame=("{name} should change number and block him.", "Advice given to stay off social media."),
)

HATE = Story(
    code="hate",
    incident=IncidentKind.ANTI_SOCIAL,
    types=(ConcernType.HATE, ConcernType.ADULT_AT_RISK),
    ages=(19, 80),
    other=PersonRole.HOUSEHOLD,
    agencies=(AgencyKind.HOUSING, AgencyKind.ADULTS_SERVICES),
    pathways=(Pathway.INFORMATION, Pathway.ADULT_NON_STATUTORY, Pathway.CRIME_RECORDED),
    risk=(5, 4, 1),
    weight=4,
    child_linked=False,
    adult_needs=True,
    domestic_abuse=False,
    summaries=(
        "Eggs and shouting at the door of a disabled resident of {street}.",
        "Resident of {street} called names on the bus home.",
    ),
    events=(
        "{name}, aged {age}, has had eggs at the window in {street} on {n} evenings, and tonight at {time} a group imitated the way {he} walks.",
        "{name}, aged {age}, was told on the bus to go back where {he} came from, by somebody who lives in the same stairwell in {street}.",
        "Young people have made friends with {name}, aged {age}, who has a learning disability, and spend {his} money in {street} while they laugh at {him}.",
    ),
    details=(
        "The ramp was blocked with a trolley for the {nth} time.",
        "{name} laughs along because that makes it shorter.",
        "There are {n} earlier calls, each closed as nuisance.",
        "{other} has seen the faces and is afraid to say.",
    ),
    days=(
        "{name} shops at seven in the morning, when nobody is about, and keeps the radio low.",
        "{name} looks forward to the visits all week although {he} is poorer after each.",
        "{name} no longer goes to prayers on Friday because the way leads past the bench.",
    ),
    effects=(
        "{He} has stopped going to the day centre and has had {n} falls from hurrying.",
        "{name} asked whether there is a flat without a window to the street.",
    ),
    quotes=(
        "They are my mates. Mates borrow.",
        "I have lived here longer than they have been alive.",
        "I do not want trouble. I want to open my window.",
    ),
    needs=(
        "A visit by housing with the caretaker, and a camera at the entrance.",
        "Friends who are friends: {he} liked the allotment group.",
        "An interpreter for the statement; {other} should not do it.",
    ),
    harms=(
        "Repeated, aimed at who {he} is, and closer to the door each time: harm is likely.",
        "Money and trust are being taken together; it fits what is called mate crime.",
    ),
    protective=(
        "The caretaker is on {name}'s side.",
        "The mosque's committee has offered company on Fridays.",
    ),
    actions=(
        "Recorded as a hate crime; two people were spoken to with their parents.",
        "Patrol passes at {time} all week; the ramp is clear.",
    ),
    requests=(
        "Please look at the tenancies in the stairwell with us.",
        "Please assess what support {name} would accept at home.",
    ),
    blame=("Neighbour dispute, {name} is oversensitive.",),
)

CUCKOOED = Story(
    code="cuckooing",
    incident=IncidentKind.ADULT_CONCERN,
    types=(ConcernType.EXPLOITATION, ConcernType.ADULT_AT_RISK),
    ages=(25, 70),
    other=PersonRole.SOURCE_OF_HARM,
    agencies=(AgencyKind.ADULTS_SERVICES, AgencyKind.HOUSING),
    pathways=(Pathway.SECTION_42, Pathway.STRATEGY_DISCUSSION, Pathway.ADULT_NON_STATUTORY),
    risk=(2, 5, 3),
    weight=5,
    child_linked=False,
    adult_needs=True,
    domestic_abuse=False,
    summaries=(
        "Many short visits to a flat in {street}; resident of {age} not seen.",
        "Resident of {street} sleeping on the landing outside the own flat.",
    ),
    events=(
        "{name}, aged {age}, was asleep on the landing outside {his} own flat in {street} at {time}; {n} people whom {he} called guests were inside.",
        "The housing officer could not get into the flat of {name}, aged {age}, in {street}: a stranger, {other}, opened and said that {name} had moved.",
        "{name}, aged {age}, asked in the shop by {street} whether somebody could ring us, 'but not from here'.",
    ),
    details=(
        "The door has a new lock and {name} has no key to it.",
        "There were scales, bags and {n} phones in the kitchen, none of them {name}'s.",
        "{name} has bruises on both wrists and holds them under the table.",
        "{other} keeps {name}'s bank card 'safe'.",
    ),
    days=(
        "{name} fetches food for people whose names {he} does not know and gets what is left.",
        "{name} walks about town until midnight because then most of them sleep.",
        "{name} used to paint small boats; the table is taken now.",
    ),
    effects=(
        "In {weeks} weeks {name} has become a visitor in {his} own home.",
        "{He} has missed {n} appointments at the clinic and looks ill.",
    ),
    quotes=(
        "They said two nights.",
        "I do not mind the landing, it has a light.",
        "If they go, they will come back angry.",
    ),
    needs=(
        "{His} home back, and to be safe in it afterwards.",
        "A doctor, a bath and a bed.",
        "Somebody from the clinic who comes to {him}.",
    ),
    harms=(
        "{name} is exploited in {his} own home and was hurt when {he} asked them to leave; more is likely.",
        "Losing the tenancy would be a second harm, and it is close.",
    ),
    protective=("The clinic's nurse is trusted.", "A cousin two towns away would have {him} for a week."),
    actions=(
        "A closure order was asked for; {name} is at the cousin's.",
        "{n} people were arrested at {time}; {name} was treated as a victim throughout.",
    ),
    requests=(
        "Please hold the tenancy: {name} is not the one who broke it.",
        "Please begin an enquiry and invite the clinic.",
        "Please meet {him} at the cousin's, not at the flat.",
    ),
    blame=("Known drug user who lets dealers use the address.",),
)

HONOUR = Story(
    code="honour",
    incident=IncidentKind.CHILD_CONCERN,
    types=(ConcernType.HONOUR_BASED_ABUSE, ConcernType.DOMESTIC_ABUSE),
    ages=(16, 27),
    other=PersonRole.SOURCE_OF_HARM,
    agencies=(AgencyKind.VOLUNTARY, AgencyKind.ADULTS_SERVICES),
    pathways=(Pathway.STRATEGY_DISCUSSION, Pathway.MARAC),
    risk=(0, 3, 7),
    weight=2,
    child_linked=True,
    adult_needs=False,
    domestic_abuse=True,
    summaries=("Young person of {age} afraid of a journey abroad; do not ring the home.",),
    events=(
        "{name}, aged {age}, told a tutor that tickets have been bought for {weeks} weeks from now and that there will be a wedding {he} was not asked about.",
        "{name}, aged {age}, left home in {street} at {time} by the window; {other} had taken {his} phone and passport after seeing a photograph.",
    ),
    details=(
        "{n} relatives came to the college on the same day to ask for {him}.",
        "{name} has a spoon in {his} bag for the metal detector at the airport, as a charity advised.",
        "{name} asked twice who else would read this.",
    ),
    days=(
        "{name} is driven to college and collected, and somebody reads {his} messages at supper.",
        "{name} sleeps in the same room as an aunt, who arrived {weeks} weeks ago.",
    ),
    effects=("{name} has stopped planning beyond the date on the ticket.",),
    quotes=(
        "I love them. I cannot go with them.",
        "If they hear that I told you, I will not get another chance.",
    ),
    needs=("A place that relatives do not know.", "One contact, one safe number, one code word."),
    harms=("Serious harm is likely if the family learns of this; it could happen at any time.",),
    protective=("The tutor is trusted and can see {name} alone every Tuesday.",),
    actions=(
        "No relative was contacted; a protection order was asked for at {time}.",
        "{name} is in a safe place; the file is restricted.",
    ),
    requests=("Please never ring or write to the home; use the number in the restricted note only.",),
    blame=("Cultural matter, family spoken to and all in order.",),
)

ADULTS = (DOMESTIC, ALONE, MENTAL_HEALTH, STALKING, HATE, CUCKOOED, HONOUR)
