"""The last evening in small: many at once on one server, some of them two on one sheet; not a word is lost."""

from pathlib import Path

import pytest

from app.config import Settings
from bench.evening.play import play_evening


@pytest.mark.long
def test_nothing_that_was_acknowledged_is_lost(tmp_path: Path, empty_database_url: str) -> None:
    settings = Settings(data_dir=tmp_path, database_url=empty_database_url)
    record, missing = play_evening(settings, 33, seconds=20, pause=0.3)
    assert missing == []
    assert record.errors == []
    assert sum(len(sentences) for sentences in record.kept.values()) > 100
    assert record.sent
    assert record.conflicts > 0
