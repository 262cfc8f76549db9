"""What is gathered of a face by labels, patterns and zones."""

import pytest

from ocr_service.kinds.description import KindDescription
from ocr_service.kinds.gathering import gather
from ocr_service.kinds.registry import DESCRIPTIONS
from tests.support.faces import a_page


@pytest.mark.parametrize("description", DESCRIPTIONS, ids=lambda description: description.kind.value)
def test_a_page_without_print_has_no_field(description: KindDescription) -> None:
    assert not any(gather(a_page(), description).values())
