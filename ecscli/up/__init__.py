"""Desired and live -> plan -> calls -> events."""
