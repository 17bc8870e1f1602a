"""Finding a learning rate: the range test, and the dialog that shows it."""
