# check=experimental=InvalidDefinitionDescription
# VERSION is the version
ARG VERSION=1
ARG C
# anything
FROM scratch
# d
ENV d=1
# B of both
ARG A B
# base is it
FROM scratch AS Base
