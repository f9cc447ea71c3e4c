# check=skip=WorkdirRelativePath
FROM scratch
WORKDIR a
