from scratch
env a=1
LABEL a=b
