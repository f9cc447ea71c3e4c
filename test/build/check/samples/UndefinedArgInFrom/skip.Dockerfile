# check=skip=UndefinedArgInFrom;error=true
FROM sample-${NOPE}plain
