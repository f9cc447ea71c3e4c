ARG TAG=latest
FROM sample-plain:${TAG}
FROM sample-plain${NONE:+:x}
