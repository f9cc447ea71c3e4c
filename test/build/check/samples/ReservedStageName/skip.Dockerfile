# check=skip=ReservedStageName
FROM scratch AS context
