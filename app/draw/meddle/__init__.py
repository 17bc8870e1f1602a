"""*Meddle*: maps muted and kernels replaced, with answer and accuracy before and after."""
