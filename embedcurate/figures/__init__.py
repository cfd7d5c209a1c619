"""Raw measures of a decoded medium, made once, from which the quality check draws its scores.

Each modality has a module with `measure`. It returns those of `items.FIGURES` that apply to the
medium as finite numbers; it never raises for a medium that decodes, however small or odd.
"""
