# check=skip=all;experimental=all
# x
FROM scratch as A
WORKDIR a
