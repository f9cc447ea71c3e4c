ARG TAG
FROM sample-plain:${TAG}
