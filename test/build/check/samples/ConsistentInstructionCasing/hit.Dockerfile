FROM scratch
env A=1
LABEL a=b
Label c=d
