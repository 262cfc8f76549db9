"""Archives of every format that there was, sound and damaged: what is written once must be readable for ever."""
