# check=experimental=all

# the version
ARG VERSION=1
# a
# b
ARG A=1 B=2
# the base

FROM scratch AS base
# x
ARG X
  # X is indented
ARG X
