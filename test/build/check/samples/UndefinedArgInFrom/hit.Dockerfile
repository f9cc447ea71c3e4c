ARG VERSION=plain
FROM sample-${VERSIO}plain
