FROM scratch AS a
FROM a AS aa
