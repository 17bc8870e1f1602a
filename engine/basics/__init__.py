"""Small things that know no layer: errors, geometry, numbers in words, files written whole."""
