"""The version of ecscli; releases change it here."""

__version__ = "0.2.0"
