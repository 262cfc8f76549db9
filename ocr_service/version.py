"""The version of the installed package."""

from importlib.metadata import PackageNotFoundError, version


def installed_version() -> str:
    """As the package says; `0+source` when it runs from a checkout that was never installed."""
    try:
        return version("piaogen")
    except PackageNotFoundError:
        return "0+source"
