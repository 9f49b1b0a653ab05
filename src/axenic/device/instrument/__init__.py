"""The equipment's side: a simulated instrument that keeps its command journal and can be told to fail."""
