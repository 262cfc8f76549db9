"""`python -m benchmarks`: every benchmark with its small defaults."""

import sys

from benchmarks import accuracy

if __name__ == "__main__":
    sys.exit(accuracy.main())
