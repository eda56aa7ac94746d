"""Reports to the moderators and their cases."""
