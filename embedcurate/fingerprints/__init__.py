"""Short values made when a medium is decoded, by which its edited copies are recognised.

Each modality has a module with `make`, `candidates`, `similarities` and `NEAR`. A fingerprint is
bytes; an empty one says that the medium has nothing to compare, and is similar to none.
"""
