"""The services that moto answers for: its application, its repairs, and what it lacks."""
