FROM scratch








LABEL a=b \
  c=d
WORKDIR x
ENV \
  A \
  b
