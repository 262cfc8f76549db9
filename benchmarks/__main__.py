"""`python -m benchmarks`: every benchmark in a process of its own, small enough for a few minutes on two cores, then their plots.

`python -m benchmarks NAME …` runs one of them with its own options.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.report import DEFAULT_FOLDER

SMALL = {
    "accuracy": ("--per-kind", "1", "--workers", "2"),
    "mutation": ("--per-kind", "1", "--places", "2", "--workers", "2"),
    "throughput": ("--count", "6", "--rounds", "2"),
    "search": ("--rows", "5000"),
    "reconciling": ("--lines", "2000", "--invoices", "10000"),
    "register": ("--rows", "5000", "--rounds", "1"),
    "exports": ("--rows", "2000", "--originals", "100"),
    "storage": (),
    "mending": (),
    "ingest": ("--count", "12", "--peer-pages", "4"),
    "key_check": ("--keys", "50", "--checks", "1000"),
    "uploads": ("--uploads", "40", "--small", "100"),
    "killed_ways_in": ("--kills", "3"),
}


def main() -> int:
    """Run all of them, whatever becomes of one; 1 when any of them failed or found something silently wrong."""
    if sys.argv[1:] and sys.argv[1] in SMALL:
        return subprocess.run([sys.executable, "-m", f"benchmarks.{sys.argv[1]}", *sys.argv[2:]], check=False).returncode
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--out", type=Path, default=DEFAULT_FOLDER, metavar="DIR", help="the folder for the JSON files")
    options = parser.parse_args()
    commands = {name: ("--out", str(options.out), *small) for name, small in SMALL.items()}
    commands["plots"] = ("--results", str(options.out), "--docs", str(options.out))
    failed = [
        name
        for name, given in commands.items()
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *given], check=False).returncode
    ]
    if failed:
        sys.stderr.write(f"failed: {', '.join(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
