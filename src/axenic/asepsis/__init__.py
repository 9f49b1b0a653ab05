"""The contamination-risk loop: what counts as clean and until when, who may pass, what a cycle proves, what it risks.

`condition` and `interlocks` answer every passage; `route` finds the ways; `program`, `lethality` and `judge` prove
cycles; `risk` adds up what is left. All of it is pure.
"""
