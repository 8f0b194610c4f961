"""Borders and streets that an operator brings to an installation: checked, saved in one form, loaded again."""
