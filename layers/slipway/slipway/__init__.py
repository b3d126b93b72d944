"""Slipway: the shared package of its Lambda functions and of the command."""
