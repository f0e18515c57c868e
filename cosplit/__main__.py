"""`python -m cosplit`: the command line."""

from cosplit.cli import main

if __name__ == "__main__":
    main()
