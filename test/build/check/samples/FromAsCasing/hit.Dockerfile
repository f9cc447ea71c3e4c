FROM scratch as a
FROM scratch \
  as b
