FROM scratch as a
WORKDIR x
ENV A \
  b
