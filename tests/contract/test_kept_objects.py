"""An acknowledgement is believed only when the store then has what it acknowledged."""

import pytest

from models.digest import Digest
from models.errors import StoreUnavailable
from storage.object_store import keep
from tests.support.memory_store import MemoryStore
from tests.support.troubled_store import Trouble, TroubledStore

DATA = b"some bytes"


def test_what_is_kept_is_new_once() -> None:
    store = MemoryStore()

    assert [keep(store, "a/b", DATA, Digest.of(DATA)) for _ in range(2)] == [True, False]
    assert keep(store, "empty", b"", Digest.of(b""))


@pytest.mark.parametrize("trouble", [Trouble.LYING, Trouble.CUTTING])
def test_what_the_store_does_not_have_whole_is_not_kept(trouble: Trouble) -> None:
    store = TroubledStore(MemoryStore())
    store.trouble = trouble

    with pytest.raises(StoreUnavailable):
        keep(store, "a/b", DATA, Digest.of(DATA))
