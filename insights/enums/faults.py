"""What may be wrong with an answer, in words that hold nothing of it."""

RULE = "rule"
KINDS = {
    "required": "Left empty",
    "invalid": "Not as it is asked for",
    "invalid_choice": "Not one of the choices",
    "invalid_list": "Not one of the choices",
    "max_length": "Too long",
    "min_length": "Too short",
    "max_value": "Too high",
    "min_value": "Too low",
    "incomplete": "Part of it is missing",
    "invalid_date": "Not a real date",
    "invalid_time": "Not a time of day",
    "empty": "An empty file",
    RULE: "Against a rule",
}
