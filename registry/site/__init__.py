"""The registry as pages that people click: a folder of files that needs no server and asks nothing of anywhere else."""
