"""The pure core: facts in, orders out.

`Control.take(fact)` is the only place where the state of a plant changes. It knows no clock, no chance, no wire
and no disk: time arrives with each fact, and to wait the core orders to be woken. The same core runs live, in
the twin and in replay. `facts` and `orders` are the two closed unions; `floor` is the state; `procedure`,
`transfers`, `cycles` and `release` are what may happen to it.
"""
