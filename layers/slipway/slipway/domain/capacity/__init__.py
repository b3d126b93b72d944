"""How many instances an endpoint has, when, and for whose sake; pure decisions."""
