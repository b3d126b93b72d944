"""The scenarios that are proved, and how."""
