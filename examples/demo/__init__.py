"""`make demo`: the main job from a trained model to a real prediction, in the sandbox."""
