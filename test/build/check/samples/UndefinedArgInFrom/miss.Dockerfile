ARG VERSION
FROM sample-${VERSION}plain
FROM --platform=$BUILDPLATFORM scratch
