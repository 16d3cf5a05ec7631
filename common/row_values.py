"""What the cells of a file say: as it is kept, and by which words something is known again."""


def known_as(text: str) -> str:
    """What people type differently left out: in small letters, with single spaces. Names and titles are known again by it."""
    return " ".join(text.casefold().split())


def tidy(text: str) -> str:
    """Without spaces around it, and with line ends as spreadsheets keep them, so that it comes back from one unchanged."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
