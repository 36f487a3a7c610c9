"""Other ways to make the same video: scripts that render a scene, each in its own environment.

``scenes.py`` beside this folder is the script of parallel-animate, and of
parallel-matplotlib-animation, whose import name and API are ours.
"""
