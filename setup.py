"""Where the packages lie: folders of the top level here, inside `piaogen` once installed. All else is in pyproject.toml."""

from setuptools import find_namespace_packages, setup

HELD = ("api", "models", "ocr_service", "storage")
INSIDE = find_namespace_packages(include=[pattern for name in HELD for pattern in (name, f"{name}.*")], exclude=["*.__pycache__"])

setup(
    packages=["piaogen", *(f"piaogen.{name}" for name in INSIDE)],
    package_dir={f"piaogen.{name}": name for name in HELD},
)
