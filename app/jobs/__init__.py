"""Long jobs in threads of their own, and how they give way to the window."""
