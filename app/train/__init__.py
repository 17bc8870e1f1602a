"""The workspace *Train*: the training session, its pages, and what is said while it runs."""
