"""The catalogue of offline moves: each file here exports `MOVES`. A new move is a new file."""
