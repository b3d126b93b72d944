"""What known lists of controls ask for, where the templates meet it, and what proves it."""
