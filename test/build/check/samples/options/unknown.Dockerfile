# check=skip=Nothing;nope=1
FROM scratch as A
