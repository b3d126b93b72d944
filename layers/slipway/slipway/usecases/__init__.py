"""What Slipway does, one verb in each module; everything outside comes in through ports."""
