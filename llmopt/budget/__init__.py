"""The account book: what asking models may cost, and has."""
