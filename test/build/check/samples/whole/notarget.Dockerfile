FROM scratch AS a
WORKDIR x
FROM scratch
WORKDIR y
