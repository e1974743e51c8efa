"""The gates: each judges one candidate and says passed, refuted or inconclusive, with evidence."""
