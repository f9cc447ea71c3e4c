# check=skip=InvalidDefaultArgInFrom
ARG TAG
FROM sample-plain:${TAG}
