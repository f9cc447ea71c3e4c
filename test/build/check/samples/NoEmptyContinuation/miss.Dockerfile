FROM scratch
ENV A=1 \
# comment
  B=2

LABEL a=b
