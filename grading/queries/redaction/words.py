"""Words that say nothing about who somebody is, by which a name is told from the text around it."""

# Names that are also words: hidden only where they are written with a capital, else half the text would go. A name that is
# hardly a word in a PPN (Ruby, Lily) does not stand here: late at night it is typed without its capital.
ALSO_WORDS = frozenset(
    """
    all and any april are art ash august autumn bad bay bee bell big bill bit black boy brook brown but can child
    church cliff cook dad dale dawn day dean did don dot drew eve faith far few field for fox frank fry gem get
    got grace grant green guy had hall has heath her hill him his hope how its jewel joy june key king kit lane
    law lee let little long low man mark marsh max may mercy miles moon mum nan new nick not now old olive one our
    out own park pat patience pearl penny pip pool price put rich rivers rob robin rod rose sandy say see she
    short six sky small son star stone street sue summer sun ten the too try two use van wall ward was waters way
    white who why will win winter won wood woods yes yet you young
    """.split()  # noqa: SIM905 -- as a list it would fill two screens
)
# What one person is to another.
KIN = frozenset(
    """
    adoptive aunt auntie babysitter brother carer childminder cousin dad daughter ex-partner family father foster friend
    godmother godfather gran grandad granddad grandfather grandma grandmother grandpa grandparent grandparents guardian
    half-brother half-sister housemate husband lodger mother mum nan nana neighbour nephew niece parent parents partner
    sibling sister stepfather stepmother step-parent teacher uncle wife worker
    """.split()  # noqa: SIM905 -- as above
)
# Words with which answers begin, and those that have a capital because of what they are.
ORDINARY = (
    ALSO_WORDS
    | KIN
    | frozenset(
        """
        about above accident account actual address adult adults after again against age aged agency ago alone already also
        although always ambulance an animal animals another anybody anyone appears appointment appropriate around as ask asked
        at attended awaiting away baby back bank because bed been before believed below best better between both brother's by
        call called calls camera care cared cash centre checks children clear clinic close clothes club cold college come
        complained contact could council crisis currently date days described did does doing door dr drinking driver drug
        drugs during each earlier education either emergency employed evening every everybody everyone expected family's
        fearful few find first flat follow followed food former found from front full gang gave general girl given go goes
        going good group groups have having he health hears help here high home homeless hospital hospitals house household
        however if in incident inside into is issues it joint just keeps known lady last late later leaves left less letter
        life like likely live lives living local look looked lot low made main mainly many meant meeting men mental message
        messages middle midwife might minute missing mobile monday more morning most mr mrs ms much must my name named names
        nearby needs never next night nil no nobody none nor normal nothing nurse nursery officer often ok on once online only
        or order other others over parental part patient people perhaps person persons phone place planned plans police
        possible possibly practice pregnant present previously primary probably professional protection put quite rather
        recently referral refused regular relative report reported reports responsibility risk road room safe said saw school
        seems seen senior service services several shared should since slept so social some somebody someone something
        sometimes son's soon speaks staff stated station stayed stays still subject surgery suspected team telephone that
        their them then there these they this those though threatened three through till time times to today together told
        tomorrow tonight took towards trust tuesday under unknown unnamed until up upset usually very via victim visit
        visitor visits visitors wants we wednesday week weeks well were what when where which while whilst with without woman
        women work worker working works would year years yesterday your thursday friday saturday sunday january february march
        july september october november december english british england wales scotland ireland northern welsh scottish irish
        european asian african polish romanian french german arabic instagram snapchat tiktok whatsapp facebook telegram
        discord roblox fortnite youtube google apple avenue crescent court drive gardens grove place square terrace estate
        close unit apartment academy infant infants junior high secondary university centre medical doctor doctors advocate
        attorney solicitor manager police protection children's adults' section act mash marac camhs ceraf ppn cpi nhs cid dash
        dara gp csc mp dc pc ps ds di insp sgt sergeant constable inspector detective
        """.split()  # noqa: SIM905 -- as above
    )
)
