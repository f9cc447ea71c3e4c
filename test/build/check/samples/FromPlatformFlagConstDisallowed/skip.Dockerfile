# check=skip=FromPlatformFlagConstDisallowed
FROM --platform=linux/amd64 scratch
