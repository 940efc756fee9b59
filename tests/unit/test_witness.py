"""Asterisk's call records as the second witness."""

from datetime import UTC, datetime
from pathlib import Path

from pbx.asterisk.witness import ended_at

LINES = """\
"1.0","1.0","PJSIP/va-1","PJSIP/trunk-2","va","abc","100.000000","101.500000","161.250000","ANSWERED"
"2.0","2.0","PJSIP/va-3","PJSIP/trunk-2","va","abc","150.000000","150.100000","170.750000","ANSWERED"
"3.0","3.0","PJSIP/trunk-4","","+4930","+49221","180.000000","","190.000000","NO ANSWER"
half a line, written while the machine lost power
"""


def test_the_last_leg_counts(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(LINES)
    found = ended_at(file, lambda channel, dst: dst == "abc")
    assert found == datetime.fromtimestamp(170.75, UTC)
    assert ended_at(file, lambda channel, dst: channel == "3.0") == datetime.fromtimestamp(190, UTC)


def test_no_record_and_no_file(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    assert ended_at(file, lambda channel, dst: True) is None
    file.write_text(LINES)
    assert ended_at(file, lambda channel, dst: dst == "other") is None
