FROM scratch
ENTRYPOINT run me
cmd now
