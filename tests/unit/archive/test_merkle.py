"""The tree of RFC 6962: roots of its published examples, trees that grow, and paths that prove one leaf and no other."""

from dataclasses import replace

import pytest

from storage.merkle import Frontier, inclusion_path, leaf_hash, node_hash, root_by

LEAVES = [leaf_hash(b"entry %d" % number) for number in range(70)]


def by_the_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    k = max(power for power in (1 << n for n in range(10)) if power < len(leaves))
    return node_hash(by_the_definition(leaves[:k]), by_the_definition(leaves[k:]))


def test_the_empty_tree_and_an_empty_leaf_have_the_hashes_that_everybody_has() -> None:
    """SHA-256 of nothing, and of a zero byte."""
    assert Frontier().root.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize("size", range(1, 70))
def test_a_tree_that_grows_has_the_root_of_the_definition(size: int) -> None:
    at_once, one_by_one = Frontier().grown(LEAVES[:size]), Frontier()
    for leaf in LEAVES[:size]:
        one_by_one = one_by_one.grown([leaf])

    assert at_once == one_by_one
    assert at_once.root == by_the_definition(LEAVES[:size])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33, 70])
def test_a_path_proves_its_leaf_and_no_other(size: int) -> None:
    root = Frontier().grown(LEAVES[:size]).root
    for index in range(size):
        path = inclusion_path(LEAVES[:size], index)
        assert root_by(LEAVES[index], path) == root
        assert root_by(leaf_hash(b"forged"), path) != root
        if path:
            assert root_by(LEAVES[index], (replace(path[0], is_left=not path[0].is_left), *path[1:])) != root


@pytest.mark.parametrize(("size", "peaks"), [(1, ()), (3, (b"x" * 32,)), (1, (b"short",)), (-1, ())])
def test_peaks_that_fit_no_tree_are_refused(size: int, peaks: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="not a tree"):
        Frontier(size, peaks)
