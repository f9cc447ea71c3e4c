# check=skip=CopyIgnoredFile
FROM scratch
COPY secret.txt /
