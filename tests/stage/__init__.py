"""What the tests of whole releases share: archives, endpoints to drop them on, and ears."""
