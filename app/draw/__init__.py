"""The workspace *Draw*: a sheet, the answer, and what the network makes of the drawing."""
