"""`python -m embedcurate` is the command line."""

from embedcurate.cli import main

if __name__ == "__main__":
    main()
