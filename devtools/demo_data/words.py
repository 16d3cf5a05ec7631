"""Names and places that nobody has: given names are common ones, family names and streets are made up from plants and weather."""

PASSWORD = "three fictitious herons"  # noqa: S105 -- printed by the demo for everybody to use
GIRLS = (
    "Amara", "Bethan", "Chiara", "Daisy", "Eleri", "Farah", "Grace", "Halima", "Imogen", "Jaya", "Kezia", "Leila",
    "Maja", "Niamh", "Orla", "Priya", "Renee", "Sienna", "Tamika", "Una", "Violet", "Wren", "Yasmin", "Zofia",
    "Aisha", "Beatrix", "Clara", "Dilys", "Edith", "Freya", "Gwen", "Hana",
)  # fmt: skip
BOYS = (
    "Aaron", "Bilal", "Callum", "Dele", "Ewan", "Finlay", "George", "Hassan", "Idris", "Jakub", "Kofi", "Levi",
    "Mateo", "Noah", "Oisin", "Piotr", "Rhys", "Samir", "Tobias", "Umar", "Viktor", "Wesley", "Yusuf", "Zane",
    "Arthur", "Benedict", "Cai", "Dominic", "Edwin", "Frank", "Gareth", "Harvey",
)  # fmt: skip
_FIRST_HALVES = (
    "Thistle", "Bramble", "Hollow", "Larks", "Quill", "Fern", "Mossy", "Rain", "Heather", "Rowan", "Sorrel", "Tansy",
    "Yarrow", "Clover", "Drizzle", "Ember", "Frosty", "Gale", "Hazel", "Juniper", "Marsh", "Nettle", "Oat", "Pebble",
)  # fmt: skip
_SECOND_HALVES = ("wood", "by", "mere", "feather", "den", "wick", "combe", "stead", "bury", "worth")
FAMILY_NAMES = tuple(f"{first}{second}" for first in _FIRST_HALVES for second in _SECOND_HALVES)

STREETS = (
    "Imaginary Row", "Thimble Lane", "Nowhere Street", "Paper Close", "Teacup Way", "Marmalade Terrace",
    "Button Court", "Kettle Hill", "Lantern Walk", "Puddle Road", "Inkwell Gardens", "Cardboard Avenue",
    "Marble Mews", "Feather Green", "Bobbin Crescent", "Pretend Parade",
)  # fmt: skip
SCHOOLS = (
    "Paper Close Primary School", "Lantern Walk Infants", "Kettle Hill Academy", "Teacup Way Community School",
    "Inkwell Gardens Sixth Form", "Button Court Nursery", "Pretend Parade High School", "Feather Green Juniors",
)  # fmt: skip
LANGUAGES = (
    "English", "English", "English", "English", "English", "English", "English", "Polish", "Punjabi", "Romanian",
    "Urdu", "Bengali", "Arabic", "Portuguese", "Somali", "British Sign Language",
)  # fmt: skip
RELIGIONS = (
    "No religion", "No religion", "No religion", "Christian", "Christian", "Muslim", "Hindu", "Sikh", "Jewish",
    "Buddhist", "Not stated",
)  # fmt: skip
BIRTHPLACES = (
    "Aldermere", "Brackenport", "Carrowdale", "Dunsea", "Elsewhere in England", "Scotland", "Wales", "Poland",
    "Pakistan", "Romania", "Nigeria", "India", "Portugal",
)  # fmt: skip
ETHNICITIES = (
    "W1", "W1", "W1", "W1", "W1", "W1", "W1", "W1", "W1", "W9", "W9", "W2", "W3", "M1", "M2", "M3", "M9", "A1", "A2",
    "A3", "A4", "A9", "B1", "B2", "B9", "O2", "O9",
)  # fmt: skip
DISABILITIES = (
    "None known", "None known", "None known", "None known", "Asthma", "Autistic; needs time and plain questions",
    "Hearing aid in the left ear", "Learning disability; easy-read letters help", "Uses a wheelchair out of doors",
    "Depression, treated by the practice", "Memory loss, under the memory clinic",
)  # fmt: skip
NOT_KNOWN = (
    "Asked; did not want to say.",
    "Left before the question could be asked.",
    "Too distressed to be asked; the worker will ask.",
    "Relative on the phone did not know.",
)
