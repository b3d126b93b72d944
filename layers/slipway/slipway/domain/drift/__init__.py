"""Whether what an endpoint sees and says still resembles what its model was trained on."""
