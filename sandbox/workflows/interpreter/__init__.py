"""What runs inside moto's interpreter in place of its own parts; `_moto.py` puts it there."""
