"""Other ways to the same video: each a script that renders a scene, for an environment of its own.

``scenes.py`` beside this folder is the script of parallel-animate, and of
parallel-matplotlib-animation, whose import name and API are ours.
"""
