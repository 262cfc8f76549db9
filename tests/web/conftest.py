"""The pages over a fresh service in which only the engine is scripted."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Desk, desk

__all__ = ["desk"]


@pytest.fixture
def page(desk: Desk) -> Callable[..., str]:
    """Open a page as a Chinese browser does and return its HTML."""
    client: TestClient = desk.client

    def opened(address: str, status: int = 200, **headers: str) -> str:
        answer = client.get(address, headers={"Accept": "text/html", **headers})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("text/html")
        return answer.text

    return opened
