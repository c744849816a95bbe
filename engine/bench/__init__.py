"""The one benchmark of the engine: `python -m engine.bench`.

Is: full-size random weights, forced turn lengths and the real sampler, measured through the
engine's public face and put beside what the card could do at best. benchmarks/README.md tells how
to run it and how to read it.
Is not: a judgment of quality. Random weights speak noise; when a turn ends by itself, how it
sounds, and what quantization costs can only be seen with real weights.

Files, in the order to read them: `floors` (arithmetic), `hardware` (the card's own speed),
`timing`, `figures` and `report` (numbers, tables, JSON), `sizes`, `synthetic` and `rig` (what is
measured), `load` (lanes kept busy), then one file for each mode.
"""
