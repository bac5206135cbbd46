"""Workbooks and documents that leave the house: rows in, file out. Nothing here asks the database."""
