"""Animations made with third-party libraries are redrawn as a full draw draws them.

Only ``pytest -m ecosystem`` runs these tests: they need the libraries of the ``ecosystem`` extra.
Nothing is downloaded, so coasts and data are made up.
"""
