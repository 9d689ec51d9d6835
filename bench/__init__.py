"""Measurements: each compares commands side by side in one run and reports medians of ratios, never
milliseconds."""
