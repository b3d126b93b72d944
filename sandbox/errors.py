"""Errors of the sandbox's own."""


class Unsupported(Exception):
    """The sandbox does not do this; it says so instead of pretending."""
