FROM --platform=$BUILDPLATFORM sample-plain
FROM --platform=linux/arm64 scratch AS arm64
