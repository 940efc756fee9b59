"""The sounds of the demo's outside world; see `make.py` for how they came about."""
