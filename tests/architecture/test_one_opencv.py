"""Two distributions that both install `cv2` overwrite each other's files, and which one wins depends on the order of installation."""

from importlib.metadata import packages_distributions


def test_exactly_one_distribution_provides_cv2() -> None:
    providers = set(packages_distributions()["cv2"])

    assert len(providers) == 1, providers
