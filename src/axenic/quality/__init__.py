"""People, permissions, signatures, deviations, review, release: nothing is changed but through its command bus."""
