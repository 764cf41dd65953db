"""What this program is held to, measured beside named rivals in one run. `make bench`, or `python -m bench NAME`."""
