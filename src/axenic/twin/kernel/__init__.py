"""The core in its fast form: recipe, plant and assumptions as one image of numbers, and the compiled code that runs it.

Read `control` first: every function here has the name of the core's function it is the fast form of, and a property
test holds the two together, batch for batch, to the millisecond. All state is one array of whole numbers, `m`, and
one of floats, `f`. A thing (unit, batch, want) is the address of its record in `m`; a field is added to it:
`m[b + B_STEP]`.
"""
