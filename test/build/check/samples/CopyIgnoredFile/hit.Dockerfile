# check=experimental=CopyIgnoredFile
FROM scratch
COPY secret.txt b /x/
ADD build/out/a /x/
COPY a /x/
