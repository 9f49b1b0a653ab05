"""`python -m axenic` is the `axenic` command."""

from axenic.cli.main import main

main()
