FROM scratch AS a
WORKDIR x
FROM scratch AS b
COPY --from=a a b
WORKDIR y
FROM scratch
WORKDIR z
