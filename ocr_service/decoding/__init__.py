"""Opens strangers' files in child processes that may be killed: whatever one does there costs one file.

The side that a service holds (`Decoder`) knows neither pictures nor formats. It hands bytes to a child and takes plain data back; what a
child says is checked like any other input, for a file may have taken it over.
"""
