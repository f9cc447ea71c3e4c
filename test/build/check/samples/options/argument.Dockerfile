# check=skip=all
FROM scratch as A
