"""`python -m piaogen` is `piaogen`."""

from piaogen import main

if __name__ == "__main__":
    main()
