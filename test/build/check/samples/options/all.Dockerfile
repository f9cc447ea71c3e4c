# check=skip=all
FROM scratch as A
WORKDIR a
