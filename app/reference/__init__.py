"""The workspace *Reference*: the calculator, famous networks, the filter-size lab."""
