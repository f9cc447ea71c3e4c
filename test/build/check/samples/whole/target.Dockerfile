FROM scratch AS a
WORKDIR x
FROM scratch as b
WORKDIR y
FROM a AS C
WORKDIR z
