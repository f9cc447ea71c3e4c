FROM scratch
WORKDIR a