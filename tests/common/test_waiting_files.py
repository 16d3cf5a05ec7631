"""A file between being chosen and taken: for one person and purpose, with what was said of its columns."""

import uuid

from common.waiting_files import WaitingFile, WaitingImport


def test_a_file_waits_for_who_chose_it_and_one_purpose_alone():
    me, purpose = uuid.uuid4(), f"rows:{uuid.uuid4()}"
    waiting = WaitingImport(purpose, me)

    waiting.keep(WaitingFile("a.csv", b"a"))
    waiting.keep_columns({"item": 0})

    assert WaitingImport(purpose, me).file() == WaitingFile("a.csv", b"a")
    assert WaitingImport(purpose, me).columns() == {"item": 0}
    for other in (WaitingImport(purpose, uuid.uuid4()), WaitingImport("another", me)):
        assert (other.file(), other.columns()) == (None, None)


def test_columns_go_with_their_file():
    waiting = WaitingImport(f"rows:{uuid.uuid4()}", uuid.uuid4())
    waiting.keep(WaitingFile("a.csv", b"a"))
    waiting.keep_columns({"item": 0})

    waiting.keep(WaitingFile("b.csv", b"b"))
    assert (waiting.file(), waiting.columns()) == (WaitingFile("b.csv", b"b"), None)
    waiting.keep_columns({"item": 1})
    waiting.throw_away()
    assert (waiting.file(), waiting.columns()) == (None, None)
