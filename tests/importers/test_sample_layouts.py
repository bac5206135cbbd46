"""Each sample layout is read as its expectation says; a new layout is a sample file and one command."""

import json
from pathlib import Path

import pytest

from tests.importers.expect import expectation, reading, samples, written


@pytest.mark.parametrize("sample", samples(), ids=lambda path: path.stem)
def test_a_sample_layout_is_read_as_expected(sample: Path) -> None:
    assert json.loads(written(reading(sample))) == json.loads(expectation(sample).read_text("utf-8"))
