"""The units of the course, in the order in which they are taken."""
