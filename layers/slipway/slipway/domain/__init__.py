"""What Slipway decides, as pure Python: no AWS, no environment, no clock of its own."""
