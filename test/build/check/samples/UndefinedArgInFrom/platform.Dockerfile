ARG OSS=linux
FROM --platform=linux/amd64$VAR scratch AS amd64
