FROM scratch as A
WORKDIR a
