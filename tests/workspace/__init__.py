"""Tests of the private build trees."""
