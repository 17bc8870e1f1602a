"""Lectures: scenes that were recorded, walked through with a clicker, shown on a large screen."""
