"""The queue on Temporal, for many machines: workflows, activities, the worker process and the way in."""
