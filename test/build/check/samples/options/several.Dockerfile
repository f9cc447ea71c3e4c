# check=skip=WorkdirRelativePath, FromAsCasing;error=false
FROM scratch as A
WORKDIR a
