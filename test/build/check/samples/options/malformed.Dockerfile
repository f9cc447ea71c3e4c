# check=foo
FROM scratch as A
