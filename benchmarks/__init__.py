"""Measurements, run by hand: ``make bench``. Each prints its floor or peer from the same run."""
