# check=error=true
FROM scratch
WORKDIR /a
