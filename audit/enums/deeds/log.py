"""What is done with the log itself, and with the service as a whole."""

LOG = {
    "access_log.searched": "Searched the access log",
    "access_log.read": "Read entries of the access log",
    "access_log.exported": "Took entries of the access log out as a file",
    "access_log.head_published": "Kept the head of the access log outside the database",
    "demo.loaded": "Fictitious records were loaded for a demonstration",
    "unusual.listed_read": "Read the list of unusual access",
    "unusual.read": "Opened one case of unusual access",
    "unusual.noted": "Noted what came of a case of unusual access",
}
