"""The report of the twin: scenarios side by side as pictures, tables and provenance, on one page or on paper."""
