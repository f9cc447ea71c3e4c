FROM --platform=linux/amd64 scratch AS build_amd64
FROM --platform=linux/amd64 scratch AS linux-base
FROM --platform=$BUILDPLATFORM scratch
