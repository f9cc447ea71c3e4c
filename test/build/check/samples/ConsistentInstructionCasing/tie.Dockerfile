from scratch
ENV a=1
