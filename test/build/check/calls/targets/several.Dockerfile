# base is first
FROM scratch AS base
# not described
FROM base
# note

# final is <last>
FROM --platform=$BUILDPLATFORM base AS Final
