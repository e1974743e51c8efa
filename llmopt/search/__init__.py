"""The version tree and the choice of the next move: pure, values in and values out."""
