"""What a soak is made of: a plan of each day, what happens, and how a day ends."""
